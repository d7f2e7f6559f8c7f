"""What CAIM is made of: sessions that go on, thoughts, and the review of thoughts."""

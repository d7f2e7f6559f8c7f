"""Remember two conversations, then search, ask, correct and forget. Run: python quickstart.py"""

from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from memwell import Memory

MOVING = [
    {"role": "user", "content": "Yesterday I moved from Porto to Lisbon."},
    {"role": "assistant", "content": "How does your dog like the new flat?"},
    {"role": "user", "content": "Biscuit sleeps on the balcony. He is a very lazy beagle."},
]


def main() -> None:
    with TemporaryDirectory() as folder, Memory(folder, user="ana") as memory:
        receipt = memory.add(MOVING, session="moving", at=datetime(2026, 5, 4, 18, 30, tzinfo=UTC))
        memory.add("Book the dentist on a Friday, I have no meetings then.", session="plans")

        print("search")
        for hit in memory.search("Where does the dog sleep?", k=2):
            print(f"  {hit.score:.2f}  {hit.cube.line}")

        print("ask")
        for question in ("When did I move to Lisbon?", "What is the name of my sister?"):
            print(f"  {memory.ask(question).text}")

        print("correct")
        memory.update(receipt.ids[0], "Yesterday I moved from Braga to Lisbon.", why="it was Braga")
        for version in memory.history(receipt.ids[0]):
            print(f"  v{version.version} {version.text}")

        print("forget")
        report = memory.forget(session="plans")
        print(f"  {len(report.cubes)} forgotten, verified: {report.verified}")


if __name__ == "__main__":
    main()

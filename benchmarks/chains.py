"""Questions about what another question asks for: `python -m benchmarks.chains [--verbose]`.

Its documents answer each half. Of the questions that cannot be answered, nothing answers the first or the second half.
"""

from benchmarks.made_questions import MadeQuestions

DOCUMENTS = {
    "arvexo.md": (
        "# Arvexo opens a second hall\n\nThe pump maker Arvexo opened a second hall in Osmere on Monday. Ada "
        "Thorne founded the company in 1994 with two friends. It now employs 412 people.\n"
    ),
    "thorne.md": (
        "# A life with pumps\n\nAda Thorne was born in Lindow in 1961, the daughter of a miller. She studied "
        "engineering in Halden and sails in her free time.\n"
    ),
    "delphram.md": (
        "# Delphram buys a rival\n\nDelphram, a maker of bells, has bought its rival Quell. Its chief "
        "executive is Lina Harkness, who took office in March.\n"
    ),
    "harkness.md": (
        "# Portrait\n\nLina Harkness is 47 years old. Before she came to the firm she taught music at the "
        "conservatory of Varden, and she still plays the cello.\n"
    ),
    "brennia.md": "# Brennia in short\n\nThe capital of Brennia is Halden. President Otto Merle was elected in 2023.\n",
    "halden.md": (
        "# Halden\n\nHalden has 84,000 inhabitants and lies on the river Sarn. Its cathedral was finished in 1412.\n"
    ),
    "merle.md": (
        "# The president's farm\n\nOtto Merle worked as a vet before he entered parliament. He owns a farm "
        "near Tessit and keeps forty goats.\n"
    ),
    "karvia.md": (
        "# Karvia in short\n\nKarvia's capital, Zell, was rebuilt after the flood. The country's foreign "
        "minister is Andrei Sollak.\n"
    ),
    "zell.md": (
        "# Zell\n\nThe town of Zell has 31,000 inhabitants. Its airport was opened in 1987, and its mayor is "
        "Pia Lorn.\n"
    ),
    "sollak.md": "# Sollak\n\nAndrei Sollak speaks five languages. He was ambassador in Tovia until 2019.\n",
    "gannet.md": "# The Gannet\n\nThe ferry Gannet was built by Tarsis Yards in 1990. Her captain is Hedda Strand.\n",
    "tarsis.md": "# Tarsis Yards\n\nTarsis Yards has its head office in Port Selwick. The firm was founded in 1921.\n",
    "strand.md": (
        "# On the bridge\n\nHedda Strand went to sea when she was sixteen. She lives in Dorn with her two sons.\n"
    ),
    "prize.md": "# Sarn Prize\n\nThe Sarn Prize went to the novelist Emil Tanner this year.\n",
    "tanner.md": "# Tanner\n\nEmil Tanner grew up in Ilmesk. His first book, The Salt Road, appeared in 2004.\n",
    "bridge.md": "# The bridge at Lenz\n\nThe bridge at Lenz was designed by Marta Wielen and opened in 1978.\n",
    "wielen.md": (
        "# Wielen\n\nMarta Wielen taught at the technical school of Trond for thirty years. She died in 2011.\n"
    ),
    "fenoxal.md": "# Fenoxal\n\nFenoxal was discovered by Viktor Hallam, a chemist, in 1956.\n",
    "hallam.md": "# Hallam\n\nViktor Hallam was born in Kasmir in 1920 and moved to Halden as a child.\n",
}

ANSWERED = {
    "Where was the founder of Arvexo born?": "Lindow",
    "Where was Arvexo's founder born?": "Lindow",
    "What did the founder of Arvexo study?": "engineering",
    "In what year was the founder of Arvexo born?": "1961",
    "Where was the woman who founded Arvexo born?": "Lindow",
    "How old is the chief executive of Delphram?": "47",
    "How old is Delphram's chief executive?": "47",
    "Which instrument does the chief executive of Delphram play?": "cello",
    "What did the chief executive of Delphram teach?": "music",
    "How many inhabitants does the capital of Brennia have?": "84,000",
    "On which river does the capital of Brennia lie?": "Sarn",
    "When was the cathedral of Brennia's capital finished?": "1412",
    "What was the job of the president of Brennia before he entered parliament?": "vet",
    "How many goats does the president of Brennia keep?": "forty",
    "Where is the farm of the president of Brennia?": "Tessit",
    "How many inhabitants does the capital of Karvia have?": "31,000",
    "How many inhabitants does Karvia's capital have?": "31,000",
    "When was the airport of Karvia's capital opened?": "1987",
    "Who is the mayor of the capital of Karvia?": "Pia Lorn",
    "How many languages does the foreign minister of Karvia speak?": "five",
    "How many languages does Karvia's foreign minister speak?": "five",
    "Where was the foreign minister of Karvia ambassador?": "Tovia",
    "When was the company that built the Gannet founded?": "1921",
    "Where does the firm that built the Gannet have its head office?": "Port Selwick",
    "Where does the captain of the Gannet live?": "Dorn",
    "How many sons does the captain of the Gannet have?": "two",
    "When did the captain of the Gannet go to sea?": "sixteen",
    "Where did the winner of the Sarn Prize grow up?": "Ilmesk",
    "What was the first book of the winner of the Sarn Prize?": "Salt Road",
    "Where did the novelist who won the Sarn Prize grow up?": "Ilmesk",
    "When did the architect who designed the bridge at Lenz die?": "2011",
    "When did the designer of the bridge at Lenz die?": "2011",
    "Where did the woman who designed the bridge at Lenz teach?": "Trond",
    "Where was the discoverer of Fenoxal born?": "Kasmir",
    "Where was the chemist who discovered Fenoxal born?": "Kasmir",
    "When was the man who discovered Fenoxal born?": "1920",
    "To where did the discoverer of Fenoxal move as a child?": "Halden",
    "When was the chemist who discovered Fenoxal born?": "1920",
    "How many years did the designer of the bridge at Lenz teach?": "thirty",
    "What kind of animals does Brennia's president keep?": "goats",
}
NOT_ANSWERED = (
    "Where was the founder of Delphram born?",
    "How many children does the founder of Arvexo have?",
    "How old is the captain of the Storm Petrel?",
    "Which car does the president of Brennia drive?",
    "How high is the cathedral of Karvia's capital?",
    "When did the discoverer of Fenoxal marry?",
    "Where was the architect of the harbour of Osmere born?",
    "How old is the mayor of Halden?",
    "Where does the chief executive of Arvexo live?",
    "What did the winner of the Varden Prize study?",
)


if __name__ == "__main__":
    MadeQuestions(DOCUMENTS, ANSWERED, NOT_ANSWERED).main(__doc__)

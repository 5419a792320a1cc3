"""Questions from a value to the name it belongs to: `python -m benchmarks.look_ups [--verbose]`.

Its documents are look-alikes: they differ in names and values alone. Half of them are prose, half tables. The
questions that cannot be answered ask for values that stand in none.
"""

from benchmarks.made_questions import MadeQuestions

FIRMS = (
    ("Aldmoor Glass", "window panes", "Perth", "Nils Ogden", "1931", "640", "41.2"),
    ("Brisk & Lowe", "bicycle bells", "Utrecht", "Ines Marrow", "1958", "118", "9.7"),
    ("Corrin Marine", "ship propellers", "Gdynia", "Tove Lindal", "1904", "2,310", "388"),
    ("Dunmere Foods", "oat biscuits", "Dundee", "Samuel Achterberg", "1876", "905", "127.5"),
    ("Elvaston Rail", "signal boxes", "Bilbao", "Ruth Calder", "1949", "1,475", "212"),
    ("Farrowby Optics", "microscope lenses", "Jena", "Piotr Zielny", "1922", "380", "66.3"),
    ("Gilling Paper", "wallpaper", "Tampere", "Hanna Voss", "1889", "730", "58.9"),
    ("Harrack Tools", "chain saws", "Graz", "Leo Brandmair", "1963", "1,120", "174"),
)
FIRM = """# {0}: annual report

{0} makes {1}. The company has its headquarters in {2}. Its chief executive is {3}, who succeeded the founder's \
family. It was founded in {4}. At the end of the year it employed {5} people. Its revenue reached {6} million euros.
"""
TOWNS = (
    ("Ashby Mere", "4,120", "Sel", "Mona Trask", "St Olave's", "1412"),
    ("Birchover", "8,960", "Wey", "Karl Dufresne", "St Brannoc's", "1520"),
    ("Cold Harbour", "2,045", "Ther", "Una Pell", "St Swithun's", "1389"),
    ("Dunlow", "15,300", "Asker", "Omar Field", "St Petroc's", "1604"),
    ("Eskrigg", "960", "Lune", "Greta Holt", "St Hilda's", "1275"),
    ("Fenwick Bar", "6,415", "Orrin", "Tom Sayle", "St Kessog's", "1733"),
    ("Garthen", "11,870", "Dove", "Ida Munro", "St Ninian's", "1466"),
)
TOWN = """{0} in brief

{0} is a market town. It has {1} inhabitants and lies on the river {2}. The mayor is {3}. Its parish church, {4}, was \
finished in {5}. On Thursdays there is a market.
"""
FERRIES = """# Ferries of the Sound

| Ferry | Captain | Built | Cars | Route |
|---|---|---|---|---|
| Gannet | Hedda Strand | 1990 | 120 | Selwick to Dorn |
| Kittiwake | Paul Orme | 1987 | 64 | Dorn to Ilmesk |
| Petrel | Sanna Rehn | 2004 | 210 | Selwick to Varden |
| Skua | Ivo Tallis | 1979 | 38 | Ilmesk to Kasmir |
| Tern | Lea Wend | 2015 | 310 | Varden to Halden |
"""
STAFF = """Name,Office,Department,Salary
Anton Reve,114,Archive,41200
Bea Lindqvist,214,Press,52750
Cem Aksoy,305,Legal,68400
Dora Finch,118,Archive,39900
Emil Sandoz,221,Press,47300
Fay Okoro,310,Legal,71050
"""

DOCUMENTS = {
    **{f"firm-{number}.md": FIRM.format(*values) for number, values in enumerate(FIRMS)},
    **{f"town-{number}.txt": TOWN.format(*values) for number, values in enumerate(TOWNS)},
    "ferries.md": FERRIES,
    "staff.csv": STAFF,
}
ANSWERED = {
    "Which company makes wallpaper?": "Gilling Paper",
    "Who makes microscope lenses?": "Farrowby Optics",
    "Which company makes bicycle bells?": "Brisk & Lowe",
    "Which company has its headquarters in Bilbao?": "Elvaston Rail",
    "Which company is based in Gdynia?": "Corrin Marine",
    "Which firm sits in Graz?": "Harrack Tools",
    "Which company is run by Samuel Achterberg?": "Dunmere Foods",
    "Which company does Hanna Voss run?": "Gilling Paper",
    "Which company has Piotr Zielny as its chief executive?": "Farrowby Optics",
    "Of which company is Nils Ogden the boss?": "Aldmoor Glass",
    "Which company was founded in 1904?": "Corrin Marine",
    "Which of the companies was founded in 1958?": "Brisk & Lowe",
    "Which company employs 1,475 people?": "Elvaston Rail",
    "Who employs 380 people?": "Farrowby Optics",
    "Which company had a revenue of 127.5 million euros?": "Dunmere Foods",
    "Whose revenue reached 174 million euros?": "Harrack Tools",
    "Which town has 4,120 inhabitants?": "Ashby Mere",
    "Which town has 960 people?": "Eskrigg",
    "Which town has a population of 11,870?": "Garthen",
    "Which town lies on the river Asker?": "Dunlow",
    "Which town is on the Orrin?": "Fenwick Bar",
    "Of which town is Una Pell the mayor?": "Cold Harbour",
    "Which town has Karl Dufresne as mayor?": "Birchover",
    "Where is Greta Holt mayor?": "Eskrigg",
    "In which town does St Petroc's church stand?": "Dunlow",
    "Which town's church was finished in 1466?": "Garthen",
    "Which parish church was finished in 1733?": "St Kessog's",
    "Which ferry was built in 1987?": "Kittiwake",
    "Which ferry has Ivo Tallis as captain?": "Skua",
    "Which ferry takes 210 cars?": "Petrel",
    "Which ferry goes from Varden to Halden?": "Tern",
    "Who is the captain of the ferry that was built in 2015?": "Lea Wend",
    "Which ferry does Hedda Strand command?": "Gannet",
    "Whose office is 214?": "Bea Lindqvist",
    "Who has office 305?": "Cem Aksoy",
    "Who earns 47300?": "Emil Sandoz",
    "Who earns most?": "Fay Okoro",
    "Who earns least?": "Dora Finch",
    "Which ferry takes most cars?": "Tern",
    "Which ferry is the oldest?": "Skua",
}
NOT_ANSWERED = (
    "Which company makes umbrellas?",
    "Which company has its headquarters in Lyon?",
    "Which company is run by Marta Wielen?",
    "Which company was founded in 1917?",
    "Which town has 7,777 inhabitants?",
    "Which town lies on the river Tamar?",
    "Which ferry was built in 1999?",
    "Whose office is 402?",
    "Which company employs 12,000 people?",
    "Of which town is Pia Lorn the mayor?",
)


if __name__ == "__main__":
    MadeQuestions(DOCUMENTS, ANSWERED, NOT_ANSWERED).main(__doc__)

"""What the starter language model is taught: pairs of a prompt, which names a subject, and an answer, which describes it in one line.

Subjects, adjectives, details, places and styles are in english.txt and arabic.txt. Half of the subjects are made up, so that what is learnt is
to copy. Answers about these use words that suit anything; so, later, do most about real subjects that the model has never seen.
"""
import pathlib
import re

HERE = pathlib.Path(__file__).parent
NO_PLURAL = re.compile(r"(man|woman|child|mouse|goose|ox|sheep|deer|reindeer|moose|bison|calf|fish|shrimp|f|fe|z|s|dice)$")

COLOURED = {"place": 0, "person": 0, "animal": 0.15, "food": 0.2}  # the share of answers with a colour, where it is not 0.35
RARE = ("éèêëàâáíîïóôöúûüñçåøæßığş0123456789-'абвгдежзиклмнопрстуфхцчшыьэюяαβγδελμνπρστω"
        "猫犬山水花木火日月人家車鳥魚")  # letters that are seldom met
ONSETS = "b c d f g h j k l m n p r s t v w y z bl br ch cl cr dr fl fr gl gr kn pl pr qu sc sh sk sl sm sn sp st str th tr tw wh".split()
VOWELS = "a e i o u a e i o u ea ee oo ou ai ie".split()
ENDS = ["", "", "", *"b d g k l m n p r s t x ck ll ng nd nt rd rt ss st".split()]


def sections(file):
    """Title -> its words, of a file of "[title]" lines and lists with commas."""
    found = {}
    for line in (HERE / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = found[line.strip("[]")] = []
        elif line and not line.startswith("#"):
            words += line.split(", ")
    return found


class Language:
    """What English and Arabic have in common: the words, and how real and made-up subjects are chosen."""

    def __init__(self, file):
        self.words = sections(file)
        self.kept_out = self.words.pop("kept out")
        kinds = [kind for kind in self.words if f"{kind} places" in self.words]
        self.subjects = [(kind, subject) for kind in kinds for subject in self.words[kind]]
        self.names = self.words["names"]

    def one(self, random, title):
        return random.choice(self.words[title])

    def subject(self, random, pieces):
        """A kind and a subject, real or made up, in which "*" has its meaning."""
        if random.random() < 0.5:
            return "any", self.made_up(random, pieces)
        kind, subject = random.choice(self.subjects)
        return (kind if random.random() < 0.8 else "any"), subject

    def word(self, random, pieces):
        """A made-up word: syllables, or pieces of the tokenizer's vocabulary, of which each is met in this way."""
        if random.random() < 0.5:
            return "".join(random.choice(pieces) for _ in range(random.choice((1, 2, 2, 3, 3, 4))))
        return "".join(self.syllable(random) for _ in range(random.choice((1, 2, 2, 3, 4))))

    def made_up(self, random, pieces):
        return " ".join(self.word(random, pieces) for _ in range(random.choice((1, 1, 1, 1, 2, 3))))

    def about_name(self, random, pieces):
        name = random.choice(self.names) if random.random() < 0.5 else self.name(random, pieces)
        tail = [self.one(random, random.choice(("any places", "place places")))] if random.random() < 0.8 else []
        return name, self.sentence(random, [name, *tail], styled=0.4 if tail else 1)

    def sentence(self, random, parts, styled):
        text = " ".join(part for part in parts if part)
        return f"{text}{self.comma} {self.one(random, 'styles')}" if random.random() < styled else text

    def tail(self, random, kind):
        """What follows the subject: a background as the image starter knows it, a detail or a place; seldom nothing."""
        tails = self.background(random), self.one(random, f"{kind} details"), self.one(random, f"{kind} places"), ""
        return random.choices(tails, (3, 3, 3, 1))[0]


class English(Language):
    comma = ","

    def __init__(self):
        super().__init__("english.txt")

    def syllable(self, random):
        if random.random() < 0.02:
            return random.choice(RARE)
        return random.choice(ONSETS) + random.choice(VOWELS) + random.choice(ENDS)

    def name(self, random, pieces):
        return self.made_up(random, pieces).title()

    def background(self, random):
        return f"on {self.a(self.one(random, 'colours'))} background"

    @staticmethod
    def a(words):
        return ("an " if words[0].lower() in "aeiou" else "a ") + words

    @staticmethod
    def plural(noun):
        if re.search("(s|x|ch|sh)$", noun):
            return noun + "es"
        return noun[:-1] + "ies" if re.search("[^aeiou]y$", noun) else noun + "s"

    def determined(self, determiner, words):
        return self.a(words) if determiner == "a" else f"{determiner} {words}" if determiner else words

    @staticmethod
    def capitalised(random, phrase):
        """As some write; it is copied so."""
        return random.choice((phrase.title(), phrase[0].upper() + phrase[1:])) if random.random() < 0.08 else phrase

    def determiner(self, random, noun, counted):
        if not counted:
            return random.choice(("", "", "the"))
        chosen = random.choices(("", "a", "the", "many"), (5, 5, 2, 1))[0]
        return "" if chosen == "many" and NO_PLURAL.search(noun) else chosen

    def pair(self, random, pieces):
        if random.random() < 0.06:
            return self.about_name(random, pieces)
        kind, subject = self.subject(random, pieces)
        noun, counted = subject.rstrip("*"), not subject.endswith("*")
        determiner, adjectives, tail = self.determiner(random, noun, counted), self.adjectives(random, kind), self.tail(random, kind)
        phrase, longer = noun, random.random()
        if determiner == "many":
            phrase = self.plural(noun)
        elif longer < 0.12:
            first = random.choice((self.one(random, "colours"), self.one(random, f"{kind} adjectives"), self.word(random, pieces)))
            phrase, adjectives = f"{first} {noun}", [self.one(random, f"{kind} adjectives")] if adjectives else []
        elif longer < 0.24:
            other = self.subject(random, pieces)[1].rstrip("*")
            between = random.choice(("and", "with", "on", "in", "near", "under", self.word(random, pieces)))
            phrase = f"{noun} {between} {random.choice((other, 'the ' + other, self.a(other)))}"
            tail = random.choice((self.background(random), ""))
        phrase = self.capitalised(random, phrase)
        prompt = self.determined("" if determiner == "many" else determiner, phrase)
        if determiner in ("a", "the") and random.random() < 0.1:
            prompt = prompt[0].upper() + prompt[1:]
        full_stop = "." if random.random() < 0.03 else ""
        before = random.choice(("two", "three", "many", "")) if determiner == "many" else determiner or ("a" if counted else "")
        described = self.determined(before, " ".join([*adjectives, phrase]))
        return prompt + full_stop, self.sentence(random, [described, tail], styled=0.25 if adjectives or tail else 1)

    def adjectives(self, random, kind):
        chosen = [self.one(random, f"{kind} adjectives")] if random.random() < 0.7 else []
        return chosen + ([self.one(random, "colours")] if random.random() < COLOURED.get(kind, 0.35) else [])


class Arabic(Language):
    comma = "،"

    def __init__(self):
        super().__init__("arabic.txt")

    def syllable(self, random):
        return "".join(random.choice("ابتثجحخدذرزسشصضطظعغفقكلمنهويأا") for _ in range(random.choice((1, 2, 2))))

    def word(self, random, pieces):
        return super().word(random, pieces) + ("ة" if random.random() < 0.3 else "")

    def name(self, random, pieces):
        return self.made_up(random, pieces)

    def background(self, random):
        return "على خلفية " + self.agreeing(self.one(random, "colours"), True, False)

    @staticmethod
    def agreeing(adjective, feminine, definite):
        masculine, _, other = adjective.partition("/")
        return ("ال" if definite else "") + ((other or masculine + "ة") if feminine else masculine)

    def pair(self, random, pieces):
        if random.random() < 0.06:
            return self.about_name(random, pieces)
        kind, subject = self.subject(random, pieces)
        phrase, tail = subject.rstrip("*"), self.tail(random, kind)
        feminine = subject.endswith("*") or phrase.split()[0].endswith("ة")
        definite = " " not in phrase and not phrase.startswith("ال") and random.random() < 0.3
        adjectives = [self.one(random, "colours")] if random.random() < COLOURED.get(kind, 0.35) else []
        adjectives += [self.one(random, f"{kind} adjectives")] if random.random() < 0.7 else []
        if definite:
            phrase = "ال" + phrase
        elif random.random() < 0.12:
            phrase += " " + self.agreeing(random.choice((self.one(random, "colours"), self.one(random, f"{kind} adjectives"))), feminine, False)
            adjectives = []
        elif random.random() < 0.12:
            other = self.subject(random, pieces)[1].rstrip("*")
            phrase += f" {random.choice(('و', 'مع ', 'على ', 'في ', 'قرب ', 'تحت '))}{random.choice((other, 'ال' + other))}"
            tail, adjectives = random.choice((self.background(random), "")), []
        parts = [phrase, *(self.agreeing(adjective, feminine, definite) for adjective in adjectives), tail]
        return phrase, self.sentence(random, parts, styled=0.25 if adjectives or tail else 1)

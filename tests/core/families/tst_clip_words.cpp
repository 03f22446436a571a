#include <QTest>

#include "core/families/parts/clip_words.h"
#include "core/text/added_tokens.h"
#include "core/text/unicode.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

QStringList listed(const std::vector<std::string_view>& words) {
    QStringList list;
    for (const std::string_view word : words)
        list << QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
    return list;
}

/// Pieces as text; added tokens as #id.
QStringList pieces(const AddedTokenFinder& finder, std::string_view text) {
    QStringList list;
    for (const auto& piece : finder.split(text))
        list << (piece.id ? QString("#%1").arg(*piece.id) : listed({piece.text})[0]);
    return list;
}

}  // namespace

/// The processing of text before BPE: normal form, added tokens, words.
class TestClipWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textIsSplitIntoClipsWords_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("words");
        const auto row = [](const char* text, const QStringList& words) {
            QTest::newRow(text) << QByteArray(text) << words;
        };
        row("", {});
        row(" \t\u00a0\u3000", {});
        row("a red dog", {"a", "red", "dog"});
        row("it's 'sting 'x", {"it", "'s", "'s", "ting", "'", "x"});
        row("we'll've", {"we", "'ll", "'ve"});
        row("2024 ½", {"2", "0", "2", "4", "½"});
        row("a1b!?c", {"a", "1", "b", "!?", "c"});
        row("!'s", {"!'", "s"});
        row("مُح", {"م", "\u064f", "ح"});
        row("狗🐶🐱", {"狗", "🐶🐱"});
        row("<|endoftext|>!", {"<|", "endoftext", "|>", "!"});
        row("<|endoftext|!", {"<|", "endoftext", "|!"});
        row("!<|endoftext|>!", {"!<|", "endoftext", "|>!"});
    }

    void textIsSplitIntoClipsWords() {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, words);
        QCOMPARE(listed(clip_words(text.toStdString())), words);
    }

    void charactersAreLoweredOneByOne() {
        QCOMPARE(lower_case("ÀÉ DOG Я"), std::string("àé dog я"));
        QCOMPARE(lower_case("ΟΔΥΣΣΕΥΣ"), std::string("οδυσσευσ"));
        QCOMPARE(lower_case("İI"), std::string("i\u0307i"));
    }

    void textIsComposedAsInUnicode9() {
        QCOMPARE(nfc("e\u0301 \u1100\u1161"), std::string("é 가"));
        QCOMPARE(nfc("a\u0307\u0323"), std::string("ạ\u0307"));
        QCOMPARE(nfc("\u08d3\u0301"),
                 std::string("\u08d3\u0301"));  // in Unicode 11 the mark below would be sorted first
        QCOMPARE(nfc("\u0301\u08d3"), std::string("\u0301\u08d3"));
    }

    void runsOfWhiteSpaceBecomeOneBlank() {
        QCOMPARE(collapse_spaces("\t a\u2003\u00a0b\r\n"), std::string(" a b "));
        QCOMPARE(collapse_spaces("a\u200bb\x1c"), std::string("a\u200bb\x1c"));
    }

    void theLongestAddedTokenIsFound() {
        const AddedTokenFinder finder({{"<a>", {.content = "<a>"}, 1}, {"<a><b>", {.content = "<a><b>"}, 2}});
        QCOMPARE(pieces(finder, "x<a><b><a>y"), (QStringList{"x", "#2", "#1", "y"}));
        QCOMPARE(pieces(finder, ""), QStringList{});
        QCOMPARE(pieces(finder, "plain"), QStringList{"plain"});
    }

    void addedTokensTakeWhiteSpaceAlong() {
        const AddedTokenFinder finder(
            {{"<l>", {.content = "<l>", .lstrip = true}, 1}, {"<r>", {.content = "<r>", .rstrip = true}, 2}});
        QCOMPARE(pieces(finder, "a  <l>  <r>  b"), (QStringList{"a", "#1", "  ", "#2", "b"}));
        QCOMPARE(pieces(finder, "<r>\u3000\t<l>"), (QStringList{"#2", "#1"}));
    }

    void singleWordsAreNotFoundInsideOthers() {
        const AddedTokenFinder finder({{"cat", {.content = "cat", .single_word = true}, 1}});
        QCOMPARE(pieces(finder, "cat concat cats (cat) écat cat_"),
                 (QStringList{"#1", " concat cats (", "#1", ") écat cat_"}));
    }
};

FANLIGHT_TEST(TestClipWords)
#include "tst_clip_words.moc"

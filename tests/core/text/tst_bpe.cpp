#include <QTest>

#include "core/text/byte_level.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

Bpe letters() {
    return Bpe({{"a", 0}, {"b", 1}, {"c", 2}, {"ab", 3}, {"bc", 4}, {"abc", 5}, {"aa", 6}, {"a</w>", 7}, {"aa</w>", 8}},
               {{"b", "c"}, {"a", "b"}, {"a", "bc"}, {"a", "a"}, {"a", "a</w>"}}, "test");
}

std::vector<int32_t> merged(std::vector<int32_t> symbols) {
    letters().merge(symbols);
    return symbols;
}

}  // namespace

/// Merging by rank, and the byte alphabet below it.
class TestBpe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLowestRankGoesFirst() { QCOMPARE(merged({0, 1, 2}), (std::vector<int32_t>{5})); }

    void ofEqualRanksTheLeftmostGoesFirst() { QCOMPARE(merged({0, 0, 0}), (std::vector<int32_t>{6, 0})); }

    void neighboursOfAMergeAreTriedAgain() { QCOMPARE(merged({2, 0, 1, 2, 0, 1}), (std::vector<int32_t>{2, 5, 3})); }

    void wordsWithoutMergesStay() {
        QCOMPARE(merged({}), std::vector<int32_t>{});
        QCOMPARE(merged({2}), std::vector<int32_t>{2});
        QCOMPARE(merged({2, 2, 1}), (std::vector<int32_t>{2, 2, 1}));
    }

    void everyByteHasItsOwnPrintableSymbol() {
        QSet<QString> symbols;
        for (int byte = 0; byte < 256; ++byte) {
            const QString symbol = QString::fromStdString(byte_symbol(static_cast<uint8_t>(byte)));
            QCOMPARE(symbol.size(), 1);
            QVERIFY(symbol[0].isPrint() && !symbol[0].isSpace());
            symbols.insert(symbol);
        }
        QCOMPARE(symbols.size(), 256);
        QCOMPARE(byte_symbol('!'), std::string("!"));
        QCOMPARE(byte_symbol(' '), std::string("Ġ"));
        QCOMPARE(byte_symbol('\n'), std::string("Ċ"));
        QCOMPARE(byte_symbol(0xAD), std::string("Ń"));
    }

    void theWordsEndIsPartOfItsLastSymbol() {
        const ByteLevelBpe clip(letters(), "</w>", "c", "test");
        std::vector<int64_t> ids;
        clip.encode("aaa", ids);
        QCOMPARE(ids, (std::vector<int64_t>{6, 7}));
        clip.encode("aa", ids);
        QCOMPARE(ids, (std::vector<int64_t>{6, 7, 8}));
    }

    void symbolsOutsideTheVocabularyAreUnknown() {
        const ByteLevelBpe gpt2(letters(), "", "abc", "test");
        std::vector<int64_t> ids;
        gpt2.encode("zab!", ids);
        QCOMPARE(ids, (std::vector<int64_t>{5, 3, 5}));
    }
};

FANLIGHT_TEST(TestBpe)
#include "tst_bpe.moc"

#include "core/batch/affixes.h"

#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;

class TstAffixes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textsAreJoinedByACommaUnlessTheySayHow_data() {
        QTest::addColumn<std::string>("prefix");
        QTest::addColumn<std::string>("suffix");
        QTest::addColumn<std::string>("joined");
        const auto row = [](const char* name, const char* prefix, const char* suffix, const char* joined) {
            QTest::newRow(name) << std::string(prefix) << std::string(suffix) << std::string(joined);
        };
        row("none", "", "", "a dog");
        row("comma", "best", "ink", "best, a dog, ink");
        row("punctuation", "best,", "! ink", "best, a dog! ink");
        row("blank", "photo of ", " in rain", "photo of a dog in rain");
        row("other blanks", "best\n", "\u3000ink", "best\na dog\u3000ink");
        row("brackets", "(best:1.2)", "[ink|oil]", "(best:1.2), a dog, [ink|oil]");
    }
    void textsAreJoinedByACommaUnlessTheySayHow() {
        QFETCH(const std::string, prefix);
        QFETCH(const std::string, suffix);
        QFETCH(const std::string, joined);
        QCOMPARE(affixed({prefix, suffix}, "a dog"), joined);
    }

    void anEmptyPromptIsWhatIsAroundIt() {
        QCOMPARE(affixed({"best", "ink"}, ""), std::string("best, ink"));
        QCOMPARE(affixed({"", "ink"}, ""), std::string("ink"));
    }
};

FANLIGHT_TEST(TstAffixes)
#include "tst_affixes.moc"

#include "core/base/number_text.h"

#include <QTest>
#include <numeric>

#include "tests/support/test.h"

using namespace fanlight;

class TestNumberText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rangesAreShortened() {
        QCOMPARE(ranges_text({}), std::string());
        QCOMPARE(ranges_text({7}), std::string("7"));
        QCOMPARE(ranges_text({0, 1, 2, 4, 7, 8}), std::string("0-2, 4 and 7-8"));
        std::vector<int64_t> odd(100);
        for (size_t i = 0; i < odd.size(); ++i) odd[i] = static_cast<int64_t>(2 * i + 1);
        QVERIFY(ranges_text(odd).ends_with("37, 39 and 80 more"));
    }

    void durationsHaveTwoUnits() {
        QCOMPARE(duration_text(0.4).text(), std::string("0 s"));
        QCOMPARE(duration_text(59.4).text(), std::string("59 s"));
        QCOMPARE(duration_text(200).text(), std::string("3 min 20 s"));
        QCOMPARE(duration_text(7500).text(), std::string("2 h 5 min"));
    }
};

FANLIGHT_TEST(TestNumberText)
#include "tst_number_text.moc"

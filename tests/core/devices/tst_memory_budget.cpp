#include "core/devices/memory_budget.h"

#include <QtTest>

#include "core/base/error.h"
#include "tests/support/test.h"

using namespace fanlight;

class MemoryBudgetTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sizesAreReadAsAccelerateReadsThem_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("bytes");
        QTest::newRow("GiB") << "24GiB" << 24 * 1073741824.0;
        QTest::newRow("GB") << "10GB" << 10e9;
        QTest::newRow("MiB, small letters") << "3mib" << 3 * 1048576.0;
        QTest::newRow("KB") << "7KB" << 7000.0;
        QTest::newRow("fraction") << "5.5GB" << 5.5e9;
        QTest::newRow("blank") << " 2 MB " << 2e6;
        QTest::newRow("bits") << "8Gb" << 1e9;
        QTest::newRow("small letters are bits") << "8gb" << 1e9;
        QTest::newRow("rounded down") << "0.0015KB" << 1.0;
        QTest::newRow("bits rounded down") << "0.0015Kb" << 0.0;
        QTest::newRow("bytes") << "123456" << 123456.0;
    }
    void sizesAreReadAsAccelerateReadsThem() {
        QFETCH(QString, text);
        QFETCH(double, bytes);
        QCOMPARE(parse_memory_size(text.toStdString()), bytes);
    }

    void whatIsNoSizeIsRefused_data() {
        QTest::addColumn<QString>("text");
        for (const char* text :
             {"", "GB", "tenGB", "-1GB", "1TB", "10 bytes", "1.5", "infGB", "nanGB", "0x1GB", "1e300GB", "-5", "1GBx"})
            QTest::newRow(text[0] == 0 ? "nothing" : text) << text;
    }
    void whatIsNoSizeIsRefused() {
        QFETCH(QString, text);
        QVERIFY_EXCEPTION_THROWN(parse_memory_size(text.toStdString()), UsageError);
    }

    void limitsAreSortedAsTheyAreFilled() {
        const MemoryBudget expected = {{"cuda:0", 1e9}, {"cuda:2", 2e9}, {"cuda:10", 3e9}, {"cpu", 4e9}, {"disk", 5e9}};
        QVERIFY(parse_max_memory("disk=5GB,cpu=4GB,cuda:10=3GB, cuda:2 = 2GB,0=1GB") == expected);
    }

    void aWrongLimitIsNamed_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("no size") << "cuda:0"
                                 << "\"cuda:0\" is not of the form";
        QTest::newRow("unknown device") << "tpu=1GB"
                                        << "no device \"tpu\"";
        QTest::newRow("negative") << "-1=1GB"
                                  << "no device \"-1\"";
        QTest::newRow("no number") << "cuda:=1GB"
                                   << "no device \"cuda:\"";
        QTest::newRow("huge number") << "cuda:99999999999=1GB"
                                     << "no device";
        QTest::newRow("twice") << "cuda:0=1GB,0=2GB"
                               << "cuda:0 is named twice";
        QTest::newRow("no amount") << "cpu=much"
                                   << "\"much\" is no amount of memory";
        QTest::newRow("nothing") << ""
                                 << "not of the form";
    }
    void aWrongLimitIsNamed() {
        QFETCH(QString, text);
        QFETCH(QString, part);
        try {
            parse_max_memory(text.toStdString());
            QFAIL("accepted");
        } catch (const UsageError& error) {
            QVERIFY2(QString(error.what()).contains(part), error.what());
        }
    }

    void freeMemoryIsTheDefault() {
        const std::vector<Device> devices = {
            {.id = "cpu", .memory_free = 7}, {.id = "cuda:1", .memory_free = 5}, {.id = "cuda:0", .memory_free = 6}};
        QVERIFY((free_memory(devices) == MemoryBudget{{"cuda:0", 6}, {"cuda:1", 5}, {"cpu", 7}}));
    }
};

FANLIGHT_TEST(MemoryBudgetTest)
#include "tst_memory_budget.moc"

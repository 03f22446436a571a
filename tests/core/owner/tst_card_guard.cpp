// Cards that are too hot, or draw too much, begin nothing new. The cards, their temperature and power are stand-ins.

#include "core/owner/card_guard.h"

#include <dlfcn.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/devices/device_list.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace std::chrono_literals;

class TestCardGuard : public QObject {
    Q_OBJECT

    static constexpr int timeout_ms = 30'000;

    QTemporaryDir dir_;
    QStringList said_;  ///< "0: …", "0 free"

    void set(const QString& what, int value) const {
        replace_file(dir_.filePath(what).toStdString(), std::to_string(value));
    }
    CardGuard::Hold hold() {
        return [this](int worker, const Sentence& reason) {
            const QString words = QString::fromStdString(reason.text());
            said_ << QString::number(worker) + (words.isEmpty() ? " free" : ": " + words);
        };
    }
    bool said(qsizetype count, const QString& part) const {
        return said_.size() == count && said_.last().contains(part);
    }

private Q_SLOTS:
    void initTestCase() {
        qunsetenv("CUDA_VISIBLE_DEVICES");
        qputenv("FANLIGHT_STAND_IN", R"({"cards": [{}, {}]})");
        qputenv("FANLIGHT_STAND_IN_CELSIUS", dir_.filePath("celsius").toUtf8());
        qputenv("FANLIGHT_STAND_IN_WATTS", dir_.filePath("watts").toUtf8());
        // The name is then known to the loader, wherever the library is.
        const std::string nvml = build_path("/tests/stand_in/libnvidia-ml.so.1");
        QVERIFY2(::dlopen(nvml.c_str(), RTLD_NOW | RTLD_LOCAL), ::dlerror());
        QCOMPARE(list_devices().size(), size_t{3});
    }
    void init() {
        said_.clear();
        set("celsius", 40);
        set("watts", 60);
    }

    void aHotCardIsHeldUntilItHasCooledDown() {
        set("celsius", 81);
        QCOMPARE(list_devices().front().temperature_c, 81);
        CardGuard guard(hold(), 20ms);
        guard.watch({"cpu", "cuda:0+cuda:1"}, {.celsius = 80});
        QTRY_VERIFY_WITH_TIMEOUT(said(1, "1: cuda:0 is at 81 °C, above the limit of 80 °C"), timeout_ms);
        set("celsius", 76);  // not by enough
        QTest::qWait(200);
        QCOMPARE(said_.size(), 1);
        set("celsius", 75);
        QTRY_VERIFY_WITH_TIMEOUT(said(2, "1 free"), timeout_ms);
    }

    void whatACardDrawsOnAverageCounts() {
        CardGuard guard(hold(), 100ms);
        guard.watch({"cuda:0"}, {.watts = 200});
        QTest::qWait(1000);
        set("watts", 300);
        QTest::qWait(150);  // a peak
        QVERIFY2(said_.isEmpty(), qPrintable(said_.join('\n')));
        QTRY_VERIFY_WITH_TIMEOUT(said(1, "above the limit of 200 W"), timeout_ms);
        set("watts", 60);  // idle, as nothing new begins
        QTRY_VERIFY_WITH_TIMEOUT(said(2, "0 free"), timeout_ms);
        set("watts", 300);
        QTRY_VERIFY_WITH_TIMEOUT(said(3, "0: cuda:0 has drawn 20"), timeout_ms);
    }

    void theReasonIsThatOfTheLimitThatHolds() {
        set("celsius", 95);
        set("watts", 300);
        CardGuard guard(hold(), 20ms);
        guard.watch({"cuda:0"}, {.celsius = 80, .watts = 200});
        QTRY_VERIFY_WITH_TIMEOUT(said(1, "95 °C"), timeout_ms);
        set("celsius", 40);
        QTRY_VERIFY_WITH_TIMEOUT(said(2, "300 W"), timeout_ms);
    }

    void whoIsHeldIsFreeWhenThereIsNoLimitAnyMore() {
        set("watts", 300);
        CardGuard guard(hold(), 20ms);
        guard.watch({"cuda:0", "cuda:1"}, {.watts = 200});
        QTRY_COMPARE_WITH_TIMEOUT(said_.size(), 2, timeout_ms);
        guard.watch({"cuda:0", "cuda:1"}, {});
        QCOMPARE(said_.mid(2), (QStringList{"0 free", "1 free"}));
    }

    void cardsBelowTheirLimitsAndTheCpuAreLeftAlone() {
        set("celsius", 80);
        set("watts", 200);
        CardGuard guard(hold(), 20ms);
        guard.watch({"cuda:0", "cpu"}, {.celsius = 80, .watts = 200});
        QTest::qWait(200);
        QVERIFY(said_.isEmpty());
    }
};

FANLIGHT_TEST(TestCardGuard, QCoreApplication)
#include "tst_card_guard.moc"

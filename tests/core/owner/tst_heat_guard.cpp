// Cards that are too hot begin nothing new. The cards, and their temperature, are stand-ins.

#include "core/owner/heat_guard.h"

#include <dlfcn.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/devices/device_list.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestHeatGuard : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    QStringList said_;  ///< "0 held", "0 free"

    void heat_to(int celsius) const { replace_file(dir_.filePath("celsius").toStdString(), std::to_string(celsius)); }
    HeatGuard::Hold hold() {
        return [this](int worker, const Sentence& reason) {
            said_ << QString::number(worker) + (reason.empty() ? " free" : " held");
            if (!reason.empty()) QVERIFY(QString::fromStdString(reason.text()).contains("above the limit of 80 °C"));
        };
    }

private Q_SLOTS:
    void initTestCase() {
        qunsetenv("CUDA_VISIBLE_DEVICES");
        qputenv("FANLIGHT_STAND_IN", R"({"cards": [{}, {}]})");
        qputenv("FANLIGHT_STAND_IN_CELSIUS", dir_.filePath("celsius").toUtf8());
        // The name is then known to the loader, wherever the library is.
        const std::string nvml = build_path("/tests/stand_in/libnvidia-ml.so.1");
        QVERIFY2(::dlopen(nvml.c_str(), RTLD_NOW | RTLD_LOCAL), ::dlerror());
        QCOMPARE(list_devices().size(), size_t{3});
    }
    void init() { said_.clear(); }

    void aHotCardIsHeldUntilItHasCooledDown() {
        heat_to(81);
        QCOMPARE(list_devices().front().temperature_c, 81);
        HeatGuard guard(hold());
        guard.watch({"cpu", "cuda:0+cuda:1"}, 80);
        QTRY_COMPARE_WITH_TIMEOUT(said_, QStringList("1 held"), 30'000);
        heat_to(78);  // not by enough
        QTest::qWait(0);
        heat_to(75);
        QTRY_COMPARE_WITH_TIMEOUT(said_, (QStringList{"1 held", "1 free"}), 30'000);
    }

    void whoIsHeldIsFreeWhenThereIsNoLimitAnyMore() {
        heat_to(95);
        HeatGuard guard(hold());
        guard.watch({"cuda:0", "cuda:1"}, 80);
        QTRY_COMPARE_WITH_TIMEOUT(said_, (QStringList{"0 held", "1 held"}), 30'000);
        guard.watch({"cuda:0", "cuda:1"}, 0);
        QCOMPARE(said_, (QStringList{"0 held", "1 held", "0 free", "1 free"}));
    }

    void coolCardsAndTheCpuAreLeftAlone() {
        heat_to(80);
        HeatGuard guard(hold());
        guard.watch({"cuda:0", "cpu"}, 80);
        QTest::qWait(100);
        QVERIFY(said_.isEmpty());
    }
};

FANLIGHT_TEST(TestHeatGuard, QCoreApplication)
#include "tst_heat_guard.moc"

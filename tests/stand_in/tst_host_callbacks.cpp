// What is to be done once a card has done its work, while the host goes on.

#include "core/worker/host_callbacks.h"

#include <ATen/ATen.h>

#include <QTest>

#include "core/worker/worker_device.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstHostCallbacks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        set_accelerator(std::make_unique<stand_in::StandIn>(
            std::vector<stand_in::Card>{{.name = "A", .uuid = "GPU-a"}, {.name = "B", .uuid = "GPU-b"}}));
    }

    void theyFollowTheCard() {
        std::vector<int> called;
        HostCallbacks callbacks(device_named("cuda:0"));
        stand_in::hold(0);
        for (int i = 0; i < 3; ++i) callbacks.add([&called, i] { called.push_back(i); });
        QTest::qWait(50);
        QVERIFY(called.empty());
        stand_in::let_go(0);
        callbacks.finish();
        QCOMPARE(called, (std::vector<int>{0, 1, 2}));
    }

    void onTheCpuTheyComeAtOnce() {
        HostCallbacks callbacks(at::kCPU);
        const auto self = std::this_thread::get_id();
        std::thread::id in;
        callbacks.add([&] { in = std::this_thread::get_id(); });
        QVERIFY(in == self);
    }

    void aLostCardIsToldAtOnceAndWhenAsked() {
        std::string told;
        int called = 0;
        HostCallbacks callbacks(device_named("cuda:1"), [&](const std::exception& error) {
            told = dynamic_cast<const DeviceLost*>(&error) ? error.what() : "something else";
        });
        const at::Tensor x = at::ones({4}, device_named("cuda:1"));
        stand_in::hold(1);
        callbacks.add([&] { ++called; });
        stand_in::set_fault(1, 0, "sticky");
        QVERIFY_THROWS_EXCEPTION(c10::Error, x + 1);
        stand_in::let_go(1);
        QTRY_VERIFY(!told.empty());
        QCOMPARE(told, std::string("CUDA error: an illegal memory access was encountered"));
        QVERIFY_THROWS_EXCEPTION(DeviceLost, callbacks.add([&] { ++called; }));
        callbacks.finish();
        QVERIFY_THROWS_EXCEPTION(DeviceLost, callbacks.check());
        QCOMPARE(called, 0);
    }
};

FANLIGHT_TEST(TstHostCallbacks)
#include "tst_host_callbacks.moc"

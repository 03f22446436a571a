// The stand-in for a GPU is as strict as CUDA where it matters.

#include <ATen/ATen.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <QTest>

#include "tests/support/safetensors_bytes.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

at::Device card(int index) { return device_named("cuda:" + std::to_string(index)); }

/// The message of the c10::Error that `call` throws; "" if it throws none.
template <typename Call>
std::string fault_of(const Call& call) {
    try {
        call();
    } catch (const c10::Error& error) {
        return error.what_without_backtrace();
    }
    return "";
}

c10::Stream side_stream(at::Device device) {
    return c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device, false);
}

}  // namespace

class TstStandIn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setAllowTF32CuDNN(false);
        set_accelerator(std::make_unique<stand_in::StandIn>(std::vector<stand_in::Card>{
            {.name = "A", .uuid = "GPU-a", .memory = 1 << 20}, {.name = "B", .uuid = "GPU-b"}}));
    }
    void init() {
        stand_in::empty_cache();
        stand_in::reset_statistics();
    }

    void itComputesWhatTheCpuDoes() {
        const c10::InferenceMode inference;
        const at::Tensor x = at::rand({2, 4, 6, 6}), w = at::rand({8, 4, 3, 3});
        const auto made = [&](at::Device device) {
            const at::Tensor y = at::conv2d(x.to(device), w.to(device), {}, {1, 1}, {1, 1});
            const at::Tensor z = at::silu(at::group_norm(y, 2)).permute({0, 2, 3, 1}).reshape({2, 36, 8});
            return at::cat({at::scaled_dot_product_attention(z, z, z), z.chunk(2, 1)[0]}, 1).cpu();
        };
        QVERIFY(at::allclose(made(card(0)), made(at::kCPU), 1e-5, 1e-6));
        QVERIFY(at::equal(made(card(0)), made(card(1))));
    }

    void tensorsOfTwoDevicesDoNotMix() {
        const at::Tensor here = at::ones({2}, card(0)), there = at::ones({2}, card(1)), cpu = at::ones({2});
        QVERIFY(fault_of([&] { here + there; }).find("Expected all tensors to be on the same device") !=
                std::string::npos);
        QVERIFY(fault_of([&] { here + cpu; }).find("Expected all tensors to be on the same device") !=
                std::string::npos);
        QVERIFY(fault_of([&] { at::cat({here, there}); }).find("same device") != std::string::npos);
        QCOMPARE((here + at::scalar_tensor(2.0)).sum().item<double>(), 6.0);  // numbers may lie on the CPU
    }

    void memoryEnds() {
        const at::Tensor half = at::empty({1 << 19}, at::TensorOptions().dtype(at::kByte).device(card(0)));
        QVERIFY_THROWS_EXCEPTION(c10::OutOfMemoryError,
                                 at::empty({(1 << 19) + 512}, at::TensorOptions().dtype(at::kByte).device(card(0))));
        QCOMPARE(stand_in::statistics(0).allocated, int64_t{1 << 19});
    }

    /// What was freed on one stream is not used for another until memory is short.
    void freedBlocksBelongToTheirStream() {
        for (int i = 0; i < 3; ++i) {
            const c10::StreamGuard guard(side_stream(card(1)));
            at::empty({1 << 20}, at::TensorOptions().dtype(at::kByte).device(card(1)));
        }
        QCOMPARE(stand_in::statistics(1).peak_reserved, int64_t{3 << 20});
    }

    void theHostsWaitsAreCounted() {
        const at::Tensor x = at::ones({4}, card(0));
        stand_in::reset_statistics();
        const at::Tensor y = x * 2 + 1;
        QCOMPARE(stand_in::statistics(0).waits, int64_t{0});
        y.sum().item<float>();
        y.cpu();
        c10::impl::VirtualGuardImpl(card(0).type()).synchronizeDevice(0);
        QCOMPARE(stand_in::statistics(0).waits, int64_t{3});
        QVERIFY(stand_in::statistics(0).operations >= 3);
    }

    void workThatNobodyWaitedForIsSeen() {
        const at::Device device = card(0);
        const auto made_beside = [&] {
            const c10::StreamGuard beside(side_stream(device));
            return at::ones({4}, device) * 2;
        };
        at::Tensor x = made_beside();
        QVERIFY(fault_of([&] { x + 1; }).find("nobody has waited for it") != std::string::npos);
        c10::impl::VirtualGuardImpl(device.type()).synchronizeDevice(0);
        QCOMPARE((x + 1).sum().item<float>(), 12.0f);

        c10::Event event(device.type());
        {
            const c10::StreamGuard beside(side_stream(device));
            x = at::ones({4}, device);
            event.record(c10::impl::VirtualGuardImpl(device.type()).getStream(device));
        }
        event.block(c10::impl::VirtualGuardImpl(device.type()).getStream(device));
        QCOMPARE((x + 1).sum().item<float>(), 8.0f);
    }

    void aStickyFaultStays() {
        const at::Tensor x = at::ones({4}, card(1));
        stand_in::set_fault(1, 1, "memory");
        x + 1;
        QVERIFY_THROWS_EXCEPTION(c10::OutOfMemoryError, x + 1);
        QCOMPARE((x + 1).sum().item<float>(), 8.0f);  // the card is well
        stand_in::set_fault(1, 0, "sticky");
        for (int i = 0; i < 2; ++i) QVERIFY_THROWS_EXCEPTION(c10::AcceleratorError, x + 1);
        QCOMPARE((at::ones({4}, card(0)) + 1).sum().item<float>(), 8.0f);  // the other card works
    }

    void cardsAreOrderedAsCudaDoes() {
        const stand_in::Machine machine{
            .cards = {{.name = "slow", .uuid = "GPU-11", .speed = 1}, {.name = "fast", .uuid = "GPU-22", .speed = 2}}};
        const auto names = [&](const char* order, const char* visible) {
            order ? qputenv("CUDA_DEVICE_ORDER", order) : qunsetenv("CUDA_DEVICE_ORDER");
            visible ? qputenv("CUDA_VISIBLE_DEVICES", visible) : qunsetenv("CUDA_VISIBLE_DEVICES");
            std::string text;
            for (const auto& found : stand_in::visible_cards(machine)) text += found.name + " ";
            return text;
        };
        QCOMPARE(names(nullptr, nullptr), std::string("fast slow "));
        QCOMPARE(names("PCI_BUS_ID", nullptr), std::string("slow fast "));
        QCOMPARE(names("PCI_BUS_ID", "1"), std::string("fast "));
        QCOMPARE(names(nullptr, "GPU-1,GPU-22"), std::string("slow fast "));
        QCOMPARE(names(nullptr, "GPU-1,7,GPU-22"), std::string("slow "));
        QCOMPARE(names(nullptr, ""), std::string());
    }
};

FANLIGHT_TEST(TstStandIn)
#include "tst_stand_in.moc"

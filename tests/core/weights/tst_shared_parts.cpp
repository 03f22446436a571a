// What models of one process have in common.

#include <ATen/ATen.h>

#include <QTest>
#include <map>

#include "core/weights/model_folder.h"
#include "core/weights/shared_parts.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

at::Tensor numbers() { return at::arange(24, at::kFloat).view({2, 3, 4}); }

const std::string matrix = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight",
                  kernel = "conv_in.weight";

/// The tensors of a network that belongs to a model of its own.
struct Network {
    Network(const std::shared_ptr<SharedParts>& parts, const Weights::Placement& placement,
            std::vector<WeightedLora> loras = {})
        : weights(of(parts, placement, std::move(loras))) {
        weights.each([&](const Weights::Listed& tensor) { shapes[tensor.key] = tensor.shape.vec(); });
    }
    static Weights of(const std::shared_ptr<SharedParts>& parts, const Weights::Placement& placement,
                      std::vector<WeightedLora> loras) {
        ModelFolder folder(source_path("/tests/golden/data/pipelines/sd1"), std::move(loras));
        folder.share(parts);
        return folder.weights("unet", placement);
    }

    at::Tensor take(const std::string& key) const { return weights.take(key, shapes.at(key)); }
    at::Tensor take_kernel() const { return weights.take_channels_last(kernel, shapes.at(kernel)); }

    Weights weights;
    std::map<std::string, std::vector<int64_t>> shapes;
};

bool share(const at::Tensor& a, const at::Tensor& b) { return a.const_data_ptr() == b.const_data_ptr(); }

}  // namespace

class TstSharedParts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTensorIsMadeOnceWhileItLives() {
        SharedParts parts;
        int made = 0;
        const auto make = [&] {
            ++made;
            return numbers().transpose(0, 1);
        };
        at::Tensor first = parts.tensor("a", make);
        at::Tensor second = parts.tensor("a", make);
        QCOMPARE(made, 1);
        QVERIFY(second.equal(numbers().transpose(0, 1)) && second.strides() == first.strides());
        QCOMPARE(second.const_data_ptr(), first.const_data_ptr());
        const at::Tensor part = first.narrow(0, 1, 1);  // keeps it alive
        first.reset();
        second.reset();
        QVERIFY(parts.tensor("a", make).narrow(0, 1, 1).equal(part));
        QCOMPARE(made, 1);
        QVERIFY(!parts.tensor("b", make).is_same(part));
        QCOMPARE(made, 2);
    }

    void whatNobodyUsesIsGone() {
        SharedParts parts;
        int made = 0;
        const auto make = [&] {
            ++made;
            return std::make_shared<const int>(made);
        };
        QCOMPARE(*parts.part<const int>("a", make), 1);
        const auto second = parts.part<const int>("a", make);
        QCOMPARE(*second, 2);
        QCOMPARE(parts.part<const int>("a", make), second);
    }

    void aHandoverKeepsWhatIsShared() {
        SharedParts parts;
        int made = 0;
        const auto make_tensor = [&] {
            ++made;
            return numbers();
        };
        const auto make_part = [&] { return std::make_shared<int>(++made); };
        {
            at::Tensor tensor = parts.tensor("tensor", make_tensor);
            std::shared_ptr<int> part = parts.part<int>("part", make_part);
            const SharedParts::Handover handover(parts);
            tensor.reset();
            part = nullptr;
            QVERIFY(parts.tensor("tensor", make_tensor).equal(numbers()));
            QCOMPARE(*parts.part<int>("part", make_part), 2);
        }
        QCOMPARE(made, 2);
        parts.tensor("tensor", make_tensor);
        parts.part<int>("part", make_part);
        QCOMPARE(made, 4);
    }

    void memoryGoesFromOneToTheOther() {
        auto parts = std::make_unique<SharedParts>();
        at::Tensor old = parts->memory({2, 3}, at::kFloat), other = parts->memory({5}, at::kDouble);
        const void* const place = old.const_data_ptr();
        {
            const SharedParts::Handover handover(*parts);
            old.reset();
            other.reset();
            const at::Tensor too_large = parts->memory({7}, at::kFloat);
            QVERIFY(too_large.const_data_ptr() != place);
            old = parts->memory({12}, at::kHalf);  // as many bytes
            QCOMPARE(old.const_data_ptr(), place);
            QVERIFY(old.sizes() == at::IntArrayRef({12}) && old.scalar_type() == at::kHalf);
            QCOMPARE(parts->memory({0, 3}, at::kFloat).numel(), int64_t{0});
        }
        old.fill_(1);
        parts = nullptr;  // tensors may outlive it
        QCOMPARE(old.sum().item<double>(), 12.0);
    }

    void whatIsGivenUpMakesRoom() {
        SharedParts parts;
        at::Tensor shared = parts.tensor("a", [&] { return parts.memory({6}, at::kFloat).fill_(1); });
        const void* const place = shared.const_data_ptr();
        const SharedParts::Handover handover(parts);
        shared.reset();
        const at::Tensor elsewhere = parts.memory({6}, at::kFloat);
        QVERIFY(elsewhere.const_data_ptr() != place);
        parts.give_up("a");
        parts.give_up("b");  // nobody has it
        QCOMPARE(parts.memory({6}, at::kFloat).const_data_ptr(), place);
    }

    void modelsShareWhatIsEqual() {
        const auto parts = std::make_shared<SharedParts>();
        const Network a(parts, {}), b(parts, {}), alone(nullptr, {}), shorter(parts, {.dtype = at::kBFloat16}),
            also_shorter(parts, {.dtype = at::kBFloat16});
        const at::Tensor own = a.take(matrix), ordered = a.take_kernel(), short_own = shorter.take(matrix);
        QVERIFY(share(own, b.take(matrix)) && !share(own, alone.take(matrix)) && !share(own, short_own));
        QVERIFY(share(short_own, also_shorter.take(matrix)) && short_own.scalar_type() == at::kBFloat16);
        QVERIFY(share(ordered, b.take_kernel()) && !share(ordered, a.take(kernel)));
        QVERIFY(ordered.is_contiguous(at::MemoryFormat::ChannelsLast) && ordered.equal(alone.take(kernel)));
        QCOMPARE(b.weights.untaken().size(), a.weights.untaken().size());
        QVERIFY_THROWS_EXCEPTION(Error, b.weights.take(matrix, {1, 2}));
    }

    void whatALoraChangesIsItsOwn() {
        const auto parts = std::make_shared<SharedParts>();
        const auto lora =
            std::make_shared<const LoraFile>(open_lora(source_path("/tests/golden/data/lora/kohya.safetensors")));
        const Network plain(parts, {}), changed(parts, {}, {{lora, 0.7}}), alone(nullptr, {}, {{lora, 0.7}});
        const at::Tensor before = plain.take(matrix), after = changed.take(matrix);
        QVERIFY(!before.equal(after) && after.equal(alone.take(matrix)));
        QVERIFY(share(plain.take(matrix), before) && !share(changed.take(matrix), after));
        QVERIFY(share(plain.take("conv_norm_out.weight"), changed.take("conv_norm_out.weight")));
        QVERIFY(plain.take(matrix).equal(Network(nullptr, {}).take(matrix)));
    }

    /// They are fetched and dropped again.
    void offloadedTensorsAreNotShared() {
        const auto parts = std::make_shared<SharedParts>();
        const Weights::Placement placement{.dtype = at::kBFloat16, .device_map = {{"", "disk"}}};
        const Network a(parts, placement), b(parts, placement);
        const at::Tensor own = a.take(matrix);
        QVERIFY(!share(own, b.take(matrix)) && own.equal(b.take(matrix)));
    }
};

FANLIGHT_TEST(TstSharedParts)
#include "tst_shared_parts.moc"

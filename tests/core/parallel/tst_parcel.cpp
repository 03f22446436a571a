// What a stage passes to the next arrives unchanged: values, shapes, and memory order.

#include <ATen/ATen.h>

#include <QTest>

#include "core/base/error.h"
#include "core/parallel/parcel.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

at::Tensor numbers(at::IntArrayRef shape) {
    return at::arange(c10::multiply_integers(shape)).to(at::kFloat).view(shape);
}

std::vector<std::pair<const char*, at::Tensor>> tensors() {
    return {{"a plain block", numbers({2, 3, 4, 5})},
            {"channels side by side", numbers({2, 3, 4, 5}).contiguous(at::MemoryFormat::ChannelsLast)},
            {"one row", numbers({1, 64})},
            {"a transposed view", numbers({2, 6, 8}).transpose(1, 2)},
            {"a slice of a larger one", numbers({2, 8, 4}).slice(1, 2, 5)},
            {"half precision", numbers({7}).to(at::kHalf)},
            {"bfloat16 of odd length", numbers({3, 3}).to(at::kBFloat16)},
            {"a scalar", at::tensor(4.5)},
            {"an empty one", numbers({0, 4})},
            {"whole numbers", at::tensor({1, 2, 3}, at::kLong)},
            {"nothing", at::Tensor()}};
}

}  // namespace

class TstParcel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTensorArrivesAsItWas() {
        Parcel parcel{7, 12, {}};
        for (const auto& [name, tensor] : tensors()) parcel.tensors.push_back(tensor);
        const PackedParcel packed = pack(parcel, at::kCPU);
        QCOMPARE(packed.bytes.numel(), bytes_of(packed.header));
        const Parcel arrived = unpack(packed);
        QCOMPARE(arrived.micro_batch, 7);
        QCOMPARE(arrived.step, 12);
        QCOMPARE(arrived.tensors.size(), parcel.tensors.size());
        for (size_t i = 0; i < parcel.tensors.size(); ++i) {
            const at::Tensor &sent = parcel.tensors[i], &got = arrived.tensors[i];
            QCOMPARE(got.defined(), sent.defined());
            if (!sent.defined()) continue;
            QVERIFY2(got.scalar_type() == sent.scalar_type() && at::equal(got, sent), tensors()[i].first);
        }
    }

    void theOrderInMemoryIsKept() {
        for (const auto& [name, tensor] : tensors()) {
            if (!tensor.defined() || !tensor.is_non_overlapping_and_dense()) continue;
            const Parcel arrived = unpack(pack({0, 0, {tensor}}, at::kCPU));
            QVERIFY2(arrived.tensors.front().is_contiguous(at::MemoryFormat::Contiguous) == tensor.is_contiguous(),
                     name);
            if (tensor.dim() == 4) QVERIFY2(arrived.tensors.front().strides() == tensor.strides(), name);
        }
    }

    void aHeaderThatNobodyWroteIsRefused() {
        const PackedParcel good = pack({1, 2, {numbers({2, 3})}}, at::kCPU);
        const auto refused = [&](size_t place, int64_t value) {
            PackedParcel::Header header = good.header;
            header[place] = value;
            try {
                bytes_of(header);
            } catch (const Error&) {
                return true;
            }
            return false;
        };
        QVERIFY(refused(2, -1));
        QVERIFY(refused(2, 1000));
        QVERIFY(refused(3, 1));     // surplus bytes
        QVERIFY(refused(4, 1000));  // an unknown dtype
        QVERIFY(refused(4, -3));
        QVERIFY(refused(5, 9));   // dimensions
        QVERIFY(refused(6, -2));  // a size
        QVERIFY(refused(6, int64_t{1} << 60));
        QVERIFY(refused(11, 5));  // an invalid memory order
        QVERIFY(refused(11, 1));
        QCOMPARE(bytes_of(good.header), int64_t{64});
    }

    void moreTensorsThanAHeaderHoldsAreRefused() {
        const Parcel parcel{0, 0, std::vector<at::Tensor>(PackedParcel::max_tensors + 1, numbers({1}))};
        QVERIFY_THROWS_EXCEPTION(Error, pack(parcel, at::kCPU));
        QVERIFY_THROWS_EXCEPTION(Error, pack({0, 0, {numbers({1, 1, 1, 1, 1, 1})}}, at::kCPU));
    }
};

FANLIGHT_TEST(TstParcel)
#include "tst_parcel.moc"

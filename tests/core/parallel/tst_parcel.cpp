// What a stage hands to the next arrives as it was: what it is, values, shapes, and the order in memory.

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

NamedTensors tensors() {
    return {{"a plain block", numbers({2, 3, 4, 5})},
            {"channels side by side", numbers({2, 3, 4, 5}).contiguous(at::MemoryFormat::ChannelsLast)},
            {"one row", numbers({1, 64})},
            {"a transposed view", numbers({2, 6, 8}).transpose(1, 2)},
            {"a slice of a larger one", numbers({2, 8, 4}).slice(1, 2, 5)},
            {"seven dimensions", numbers({1, 2, 1, 3, 2, 1, 2})},
            {"half precision", numbers({7}).to(at::kHalf)},
            {"bfloat16 of odd length", numbers({3, 3}).to(at::kBFloat16)},
            {"a scalar", at::tensor(4.5)},
            {"an empty one", numbers({0, 4})},
            {"whole numbers", at::tensor({1, 2, 3}, at::kLong)},
            {"nothing", at::Tensor()}};
}

Parcel parcel_of(const NamedTensors& tensors) { return {7, Parcel::Data{12, tensors}}; }

const Parcel::Data& data_of(const Parcel& parcel) { return std::get<Parcel::Data>(parcel.content); }

Parcel sent(const Parcel& parcel) { return unpack(packed_in(to_letter(pack(parcel, at::kCPU)), true)); }

bool refused(const PackedParcel& packed) {
    try {
        announced_by(packed.header);
        unpack(packed);
    } catch (const Error&) {
        return true;
    }
    return false;
}

}  // namespace

class TstParcel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTensorArrivesAsItWas() {
        const PackedParcel packed = pack(parcel_of(tensors()), at::kCPU);
        QCOMPARE(packed.block.numel(), announced_by(packed.header).block_bytes);
        QCOMPARE(static_cast<int64_t>(packed.description.size()), announced_by(packed.header).description_bytes);
        const Parcel arrived = unpack(packed);
        QCOMPARE(arrived.micro_batch, 7);
        QCOMPARE(data_of(arrived).evaluation, 12);
        QCOMPARE(data_of(arrived).tensors.size(), tensors().size());
        for (const auto& [name, tensor] : tensors()) {
            const at::Tensor& got = data_of(arrived).tensors.get(name);
            QCOMPARE(got.defined(), tensor.defined());
            if (!tensor.defined()) continue;
            QVERIFY2(got.scalar_type() == tensor.scalar_type() && at::equal(got, tensor), name.c_str());
        }
    }

    void theOrderInMemoryIsKept() {
        for (const auto& [name, tensor] : tensors()) {
            if (!tensor.defined() || !tensor.is_non_overlapping_and_dense()) continue;
            const Parcel arrived = sent(parcel_of({{name, tensor}}));
            const at::Tensor& got = data_of(arrived).tensors.get(name);
            QVERIFY2(got.is_contiguous() == tensor.is_contiguous(), name.c_str());
            if (tensor.dim() == 4) QVERIFY2(got.strides() == tensor.strides(), name.c_str());
        }
    }

    void theNamesKeepTheirOrder() {
        std::vector<std::string> names;
        NamedTensors many;
        for (int i = 0; i < 200; ++i) many.put("skip." + std::to_string(i * 7 % 200), numbers({1}));
        const Parcel arrived = sent(parcel_of(many));
        for (const auto& [name, tensor] : data_of(arrived).tensors) names.push_back(name);
        QCOMPARE(names.size(), size_t{200});
        QCOMPARE(names[1], std::string("skip.7"));
    }

    void aFailureArrivesInItsWords() {
        const Parcel arrived = sent({3, Failure{"memory", "Too little;\nزيادة \"needed\""}});
        QCOMPARE(arrived.micro_batch, 3);
        QVERIFY(std::get<Failure>(arrived.content) == (Failure{"memory", "Too little;\nزيادة \"needed\""}));
    }

    void theEndSaysNothingMore() {
        const PackedParcel packed = pack({5, Parcel::Over{}}, at::kCPU);
        QVERIFY(packed.description.empty());
        QCOMPARE(packed.block.numel(), 0);
        QCOMPARE(unpack(packed).micro_batch, 5);
        QVERIFY(std::holds_alternative<Parcel::Over>(unpack(packed).content));
    }

    void aResultArrivesWhole() {
        const Parcel arrived =
            sent({9, Parcel::Result{2.5, {{"texts", {"one", "two"}}}, {{"images", numbers({2, 3})}}}});
        const auto& result = std::get<Parcel::Result>(arrived.content);
        QCOMPARE(result.seconds, 2.5);
        QCOMPARE(result.about.at("texts").at(1).get<std::string>(), std::string("two"));
        QVERIFY(at::equal(result.tensors.get("images"), numbers({2, 3})));
    }

    void aLetterSaysHowLongItIs_data() {
        QTest::addColumn<bool>("with_block");
        QTest::addRow("with its block") << true;
        QTest::addRow("without") << false;
    }

    void aLetterSaysHowLongItIs() {
        QFETCH(bool, with_block);
        PackedParcel packed = pack(parcel_of(tensors()), at::kCPU);
        if (!with_block) packed.block = packed.block.to(at::kMeta);  // as on another device
        const at::Tensor letter = to_letter(packed);
        const Announced announced = announced_by(header_of(letter.slice(0, 0, min_letter_bytes)));
        QCOMPARE(letter.numel(), letter_bytes(announced, with_block));
        // What is added at its end does not belong to it.
        const PackedParcel opened = packed_in(at::constant_pad_nd(letter, {0, 77}), with_block);
        QCOMPARE(opened.description, packed.description);
        QCOMPARE(opened.block.numel(), with_block ? packed.block.numel() : 0);
        if (with_block) QVERIFY(at::equal(opened.block, packed.block));
    }

    void aLetterCutOffIsRefused() {
        const at::Tensor letter = to_letter(pack(parcel_of({{"x", numbers({2, 3})}}), at::kCPU));
        for (const int64_t bytes : {int64_t{0}, min_letter_bytes - 1, min_letter_bytes, letter.numel() - 1})
            QVERIFY_THROWS_EXCEPTION(Error, packed_in(letter.slice(0, 0, bytes), true));
    }

    void aHeaderThatNobodyWroteIsRefused() {
        const PackedParcel good = pack(parcel_of({{"x", numbers({2, 3})}}), at::kCPU);
        QVERIFY(!refused(good));
        QCOMPARE(announced_by(good.header).block_bytes, int64_t{512});
        const auto refused_with = [&](size_t place, int64_t value) {
            PackedParcel packed = good;
            packed.header[place] = value;
            return refused(packed);
        };
        QVERIFY(refused_with(0, -1));  // a kind that there is not
        QVERIFY(refused_with(0, 4));
        QVERIFY(refused_with(0, 2));   // a failure without words
        QVERIFY(refused_with(3, -1));  // a description
        QVERIFY(refused_with(3, int64_t{1} << 40));
        QVERIFY(refused_with(4, -1));  // a block
        QVERIFY(refused_with(4, int64_t{1} << 60));
    }

    void aDescriptionThatNobodyWroteIsRefused_data() {
        QTest::addColumn<QString>("tensor");
        QTest::addRow("no list") << R"("x")";
        QTest::addRow("too short") << R"(["x",6,[2,3]])";
        QTest::addRow("no name") << R"([1,6,[2,3],[0,1]])";
        QTest::addRow("no such dtype") << R"(["x",1000,[2,3],[0,1]])";
        QTest::addRow("a negative dtype") << R"(["x",-3,[2,3],[0,1]])";
        QTest::addRow("a negative size") << R"(["x",6,[-2,3],[0,1]])";
        QTest::addRow("a size beyond all memory") << R"(["x",6,[1152921504606846976,3],[0,1]])";
        QTest::addRow("sizes that overflow") << R"(["x",6,[4611686018427387904,4],[0,1]])";
        QTest::addRow("dimensions without an order") << R"(["x",6,[2,3],[0]])";
        QTest::addRow("an order that is none") << R"(["x",6,[2,3],[0,5]])";
        QTest::addRow("a dimension twice") << R"(["x",6,[2,3],[1,1]])";
        QTest::addRow("other bytes than the block's") << R"(["x",6,[200,3],[0,1]])";
        QTest::addRow("too many dimensions") << R"(["x",6,[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],[]])";
    }

    void aDescriptionThatNobodyWroteIsRefused() {
        QFETCH(QString, tensor);
        PackedParcel packed = pack(parcel_of({{"x", numbers({2, 3})}}), at::kCPU);
        packed.description = "{\"tensors\":[" + tensor.toStdString() + "]}";
        QVERIFY(refused(packed));
    }

    void aDescriptionThatIsNoJsonIsRefused() {
        for (const char* description : {"", "{", "[]", "{}", "{\"tensors\":7}"}) {
            PackedParcel packed = pack(parcel_of({{"x", numbers({2, 3})}}), at::kCPU);
            packed.description = description;
            QVERIFY2(refused(packed), description);
        }
    }

    void moreThanAParcelHoldsIsRefused() {
        NamedTensors tensors;
        const std::vector<int64_t> shape(17, 1);
        tensors.put("x", numbers(shape));
        QVERIFY_THROWS_EXCEPTION(Error, pack(parcel_of(tensors), at::kCPU));
    }
};

FANLIGHT_TEST(TstParcel)
#include "tst_parcel.moc"

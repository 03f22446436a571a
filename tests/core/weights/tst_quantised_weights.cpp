// Weights in blocks of few bits, dequantised when they are taken.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>
#include <cstring>

#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/lora.h"
#include "core/checkpoints/tensor_source.h"
#include "core/weights/packed_tensor.h"
#include "core/weights/tensor_types.h"
#include "core/weights/weights.h"
#include "tests/support/places.h"
#include "tests/support/tensors_file.h"
#include "tests/support/test.h"
#include "tests/support/z_image_files.h"

using namespace fanlight;

namespace {

std::string gguf_file() { return source_path("/tests/golden/data/gguf/types.gguf"); }
/// The same tensors as the gguf package dequantises them.
std::string twin_file() { return source_path("/tests/golden/data/gguf/types.safetensors"); }

/// Bit for bit: at::equal() would not tell zeros apart.
bool is_same_bits(const at::Tensor& a, const at::Tensor& b) {
    return a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() &&
           at::equal(a.contiguous().view(at::kByte), b.contiguous().view(at::kByte));
}

at::Tensor as_bytes(const TensorEntry& entry) {
    const at::Tensor bytes = at::empty({std::ssize(entry.bytes)}, at::kByte);
    std::memcpy(bytes.mutable_data_ptr(), entry.bytes.data(), entry.bytes.size());
    return bytes;
}

/// Calls `check(name, shape)` for all tensors.
template <typename Check>
void each_tensor(const Check& check) {
    Weights::open(twin_file(), {}).each([&](const Weights::Listed& tensor) { check(tensor.key, tensor.shape); });
}

}  // namespace

class TestQuantisedWeights : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersAreTheReferences_data() {
        QTest::addColumn<int>("dtype");
        QTest::newRow("float32") << static_cast<int>(at::kFloat);
        QTest::newRow("bfloat16") << static_cast<int>(at::kBFloat16);
        QTest::newRow("float16") << static_cast<int>(at::kHalf);
    }
    void numbersAreTheReferences() {
        QFETCH(int, dtype);
        const auto type = static_cast<at::ScalarType>(dtype);
        const Weights weights = Weights::open(gguf_file(), {.dtype = type});
        const Weights twin = Weights::open(twin_file(), {});
        each_tensor([&](const std::string& name, at::IntArrayRef shape) {
            QVERIFY2(is_same_bits(weights.take(name, shape), twin.take(name, shape).to(type)), name.c_str());
        });
        QVERIFY(weights.untaken().empty());
    }

    /// As they are on cards.
    void tensorOperationsGiveTheSameBits_data() { numbersAreTheReferences_data(); }
    void tensorOperationsGiveTheSameBits() {
        QFETCH(int, dtype);
        const auto type = static_cast<at::ScalarType>(dtype);
        const TensorSource source(gguf_file());
        int compared = 0;
        for (const auto& [name, entry] : source.tensors()) {
            if (!is_packed(entry.dtype)) continue;
            const at::Tensor expected = make_tensor(entry, source.file()).to(type);
            QVERIFY2(is_same_bits(unpacked(entry, {as_bytes(entry)}, type), expected), name.c_str());
            TensorEntry swapped = entry;
            swapped.halves_swapped = true;
            QVERIFY2(is_same_bits(unpacked(swapped, {as_bytes(entry)}, type), expected.roll(entry.shape[0] / 2, 0)),
                     name.c_str());
            ++compared;
        }
        QVERIFY(compared >= 12);
    }
    void tensorOperationsGiveTheSameBitsOfAnyBlocks_data() {
        QTest::addColumn<int>("type");
        for (size_t i = 0; i < gguf_blocks().size(); ++i)
            QTest::newRow(std::string(name_of(gguf_blocks()[i].dtype)).c_str()) << static_cast<int>(i);
    }
    void tensorOperationsGiveTheSameBitsOfAnyBlocks() {
        QFETCH(int, type);
        const GgufBlocks& blocks = gguf_blocks()[static_cast<size_t>(type)];
        // Of one type more than are unpacked at a time.
        const int64_t rows = blocks.dtype == Dtype::Q8_0 ? (1 << 17) + 5 : 300;
        const std::string bytes = random_blocks(blocks, rows, 1);
        const TensorEntry entry{.dtype = blocks.dtype,
                                .shape = {rows, static_cast<int64_t>(block_of(blocks.dtype).elements)},
                                .bytes = bytes};
        QVERIFY(is_same_bits(unpacked(entry, {as_bytes(entry)}, at::kFloat), make_tensor(entry, nullptr)));
        at::Tensor written = at::empty(entry.shape, at::kBFloat16);
        write_numbers(entry, nullptr, written);
        QVERIFY(is_same_bits(written, make_tensor(entry, nullptr).to(at::kBFloat16)));
    }

    /// On the CPU they stay in the file's map, and what is made of them lives only as long as it is used.
    void packedTensorsTakeNoMemory() {
        const Weights weights = Weights::open(gguf_file(), {.packed = true}), twin = Weights::open(twin_file(), {});
        QVERIFY(weights.any_packed() && !Weights::open(gguf_file(), {}).any_packed());
        const void* first = nullptr;
        for (int round = 0; round < 3; ++round) {
            const at::Tensor taken = weights.take("Q4_K.weight", {6, 256});
            QVERIFY(is_same_bits(taken, twin.take("Q4_K.weight", {6, 256})));
            if (round > 0) QVERIFY(taken.const_data_ptr() == first);  // in the memory of the one before
            first = taken.const_data_ptr();
        }
        const at::Tensor one = weights.take("Q4_K.weight", {6, 256}), other = weights.take("Q4_K.weight", {6, 256});
        QVERIFY(one.const_data_ptr() != other.const_data_ptr() && is_same_bits(one, other));
    }

    void theNumberOfThreadsChangesNothing() {
        const std::string row = std::string("\x11\x2a", 2) + std::string(32, '\x7d');  // of Q8_0
        std::string blocks;
        for (int i = 0; i < 1000; ++i) blocks += row;
        const TensorEntry entry{.dtype = Dtype::Q8_0, .shape = {1000, 32}, .bytes = blocks};
        const int before = at::get_num_threads();
        at::set_num_threads(1);
        const at::Tensor one = make_tensor(entry, nullptr);
        at::set_num_threads(3);
        const at::Tensor three = make_tensor(entry, nullptr);
        at::set_num_threads(before);
        QVERIFY(is_same_bits(one, three));
        QVERIFY(at::equal(one, one[0].expand({1000, 32})));
    }

    void rowsOfFusedTensorsAreSplit() {
        const TensorSource source(gguf_file()), twin(twin_file());
        const CheckpointPart part({"types.gguf", source.tensors(), "any", "choose another."}, "");
        for (const char* name : {"Q4_K.weight", "Q8_0.weight", "Q5_0.weight"}) {
            TensorEntries split;
            part.split_rows(name, 2, {{"q"}, {"k"}, {"v"}}, split);
            const at::Tensor whole = make_tensor(twin.tensors().at(name), twin.file());
            const auto rows = whole.chunk(3, 0);
            QVERIFY(is_same_bits(make_tensor(split.at("q"), source.file()), rows[0]));
            QVERIFY(is_same_bits(make_tensor(split.at("k"), source.file()), rows[1]));
            QVERIFY(is_same_bits(make_tensor(split.at("v"), source.file()), rows[2]));
        }
    }

    void blocksAreNotSplit() {
        const std::string one(34, '\0');
        const TensorEntries tensors = {{"t", {.dtype = Dtype::Q8_0, .shape = {2, 16}, .bytes = one}}};
        const CheckpointPart part({"a.gguf", tensors, "any", "choose another."}, "");
        TensorEntries split;
        const std::string fault = error_of([&] { part.split_rows("t", 2, {{"a"}, {"b"}}, split); });
        QCOMPARE(fault, std::string("a.gguf has a t that cannot be split into 2 projections; choose another."));
    }

    void swappedHalvesComeInOrder() {
        const TensorSource source(gguf_file()), twin(twin_file());
        for (const char* name : {"Q6_K.weight", "F16.weight"}) {
            TensorEntry entry = source.tensors().at(name);
            entry.halves_swapped = true;
            const auto halves = make_tensor(twin.tensors().at(name), twin.file()).chunk(2, 0);
            QVERIFY(is_same_bits(make_tensor(entry, source.file()).to(at::kFloat), at::cat({halves[1], halves[0]})));
        }
    }

    void adaptersChangeWhatIsDequantised() {
        const std::vector<FileTensor> tensors = {
            {"unet.Q4_K.lora_A.weight", "F32", {1, 256}, bytes_of(std::vector<float>(256, 0.3f))},
            {"unet.Q4_K.lora_B.weight", "F32", {6, 1}, bytes_of<float>({1, -2, 3, -4, 5, -6})}};
        const std::string file = folder_.filePath("lora.safetensors").toStdString();
        write_bytes(file, tensors_file(tensors));
        const auto lora =
            std::make_shared<const LoraFile>(file, std::vector<LoraPrefix>{{"unet.", "unet"}}, "any model");
        const auto merged = [&](const std::string& weights_file) {
            Weights weights = Weights::open(weights_file, {});
            weights.merge({lora, 0.5}, {.name = "unet"});
            return weights.take("Q4_K.weight", {6, 256});
        };
        QVERIFY(is_same_bits(merged(gguf_file()), merged(twin_file())));
        QVERIFY(!at::equal(merged(gguf_file()), Weights::open(gguf_file(), {}).take("Q4_K.weight", {6, 256})));
    }

private:
    QTemporaryDir folder_;
};

FANLIGHT_TEST(TestQuantisedWeights)
#include "tst_quantised_weights.moc"

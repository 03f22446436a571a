#include "core/checkpoints/gguf.h"

#include <QTest>
#include <climits>
#include <random>

#include "core/base/file.h"
#include "core/checkpoints/dequantise.h"
#include "core/checkpoints/tensor_source.h"
#include "tests/support/gguf_bytes.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string gguf_name = "model.gguf";

constexpr uint32_t u8 = 0, i32 = 5, u32 = 4, f32 = 6, text_value = 8, list_value = 9;  // types of values
constexpr uint32_t of_f32 = 0, of_f16 = 1, of_q8_0 = 8, of_q4_k = 12;                  // types of tensors

std::string gguf_fault(const std::string& bytes) {
    return error_of([&] { read_gguf(bytes, gguf_name); });
}

/// Metadata, a matrix of blocks, and a vector behind padding.
GgufBytes described_matrix() {
    GgufBytes bytes;
    bytes.value("general.architecture", text_value, GgufBytes::text("flux"))
        .value("general.alignment", u32, bytes_of<uint32_t>({32}))
        .value("words", list_value, GgufBytes::list(text_value, 2, GgufBytes::text("a") + GgufBytes::text("")))
        .value("sizes", list_value, GgufBytes::list(i32, 2, bytes_of<int32_t>({3, -1})))
        .tensor("w.weight", {32, 2}, of_q8_0, 0)
        .tensor("w.bias", {2}, of_f32, 96);
    return bytes;
}
std::string good_gguf() { return described_matrix().file(std::string(104, 'x')); }

/// A file with one tensor "t".
std::string one_tensor(const std::vector<uint64_t>& sizes, uint32_t type, uint64_t offset, size_t data_bytes) {
    return GgufBytes().tensor("t", sizes, type, offset).file(std::string(data_bytes, '\0'));
}

/// A file with one value, "k".
std::string one_value(uint32_t type, const std::string& value) { return GgufBytes().value("k", type, value).file(""); }

std::string with_alignment(uint32_t type, const std::string& value) {
    return GgufBytes().value("general.alignment", type, value).tensor("t", {1}, of_f32, 0).file("abcd");
}

std::string with_original_shape(const std::vector<int32_t>& shape) {
    return GgufBytes()
        .value("comfy.gguf.orig_shape.t", list_value, GgufBytes::list(i32, shape.size(), bytes_of(shape)))
        .tensor("t", {32, 2}, of_q8_0, 0)
        .file(std::string(68, '\0'));
}

/// Refused with an Error, or all tensors lie in the file; any other exception is a bug.
bool is_safe_gguf(const std::string& bytes) {
    try {
        unsigned sum = 0;
        for (const auto& [key, entry] : read_gguf(bytes, gguf_name)) {
            if (entry.bytes.data() < bytes.data() ||
                entry.bytes.data() + entry.bytes.size() > bytes.data() + bytes.size())
                return false;
            for (const char byte : entry.bytes) sum += static_cast<unsigned char>(byte);
        }
        return sum < UINT_MAX;
    } catch (const Error&) {
        return true;
    }
}

std::string golden_gguf() { return source_path("/tests/golden/data/gguf/types.gguf"); }

}  // namespace

/// The header of a GGUF file, which is untrusted, and the numbers of its blocks.
class TestGguf : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesDtypeShapeAndBytesOfEachTensor() {
        const std::string file = good_gguf();
        const TensorEntries entries = read_gguf(file, gguf_name);
        QCOMPARE(entries.size(), 2u);
        QCOMPARE(entries.at("w.weight").dtype, Dtype::Q8_0);
        QCOMPARE(entries.at("w.weight").shape, (std::vector<int64_t>{2, 32}));
        QCOMPARE(entries.at("w.weight").bytes.size(), 68u);
        QCOMPARE(entries.at("w.bias").shape, (std::vector<int64_t>{2}));
        QVERIFY(entries.at("w.bias").bytes.data() == file.data() + file.size() - 8);
    }

    void givesMetadata() {
        const std::string file = good_gguf();
        const GgufMetadata metadata = gguf_metadata(file, gguf_name);
        QCOMPARE(metadata.at("general.architecture").text().value(), std::string_view("flux"));
        QCOMPARE(metadata.at("general.alignment").number().value(), 32.0);
        QCOMPARE(metadata.at("words").texts().value(), (std::vector<std::string_view>{"a", ""}));
        QCOMPARE(metadata.at("sizes").numbers().value(), (std::vector<double>{3, -1}));
        QVERIFY(metadata.at("words").texts()->front().data() > file.data());  // nothing is copied
        QVERIFY(!metadata.at("words").text() && !metadata.at("words").numbers() && !metadata.at("sizes").number());
        QVERIFY(!metadata.at("general.alignment").text() && !metadata.at("general.architecture").number());
        QCOMPARE(gguf_text(file, gguf_name, "general.architecture"), std::string("flux"));
        QCOMPARE(gguf_text(file, gguf_name, "general.alignment") + gguf_text(file, gguf_name, "none"), std::string());
    }

    void acceptsWhatTheFormatAllows_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("count");
        const auto row = [](const char* title, const std::string& file, int count) {
            QTest::newRow(title) << QByteArray::fromStdString(file) << count;
        };
        GgufBytes older = described_matrix();
        older.version = 2;
        row("version 2", older.file(std::string(104, 'x')), 2);
        row("padding behind the last tensor", described_matrix().file(std::string(128, 'x')), 2);
        row("the only part", GgufBytes().value("split.count", 2, bytes_of<uint16_t>({1})).file(""), 0);
        row("no tensors, and nothing to align", one_value(text_value, GgufBytes::text("")).substr(0, 45), 0);
        row("another alignment",
            GgufBytes()
                .value("general.alignment", u32, bytes_of<uint32_t>({64}))
                .tensor("a", {1}, of_f32, 0)
                .tensor("b", {1}, of_f32, 64)
                .file(std::string(68, '\0'), 64),
            2);
        row("another order than the file's",
            GgufBytes().tensor("b", {1}, of_f32, 32).tensor("a", {1}, of_f32, 0).file(std::string(36, '\0')), 2);
        row("a scalar and an empty tensor",
            GgufBytes().tensor("a", {}, of_f32, 0).tensor("b", {0, 7}, of_f16, 32).file(std::string(32, '\0')), 2);
        row("other scripts in a name", GgufBytes().tensor("وزن", {1}, of_f32, 0).file("abcd"), 1);
    }
    void acceptsWhatTheFormatAllows() {
        QFETCH(QByteArray, file);
        QFETCH(int, count);
        QCOMPARE(static_cast<int>(read_gguf(file.toStdString(), gguf_name).size()), count);
    }

    void kernelsGetTheirOriginalShape() {
        QCOMPARE(read_gguf(with_original_shape({4, 2, 2, 4}), gguf_name).at("t").shape,
                 (std::vector<int64_t>{4, 2, 2, 4}));
    }

    void refusesWithTheReason_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* title, const std::string& file, const QString& reason) {
            QTest::newRow(title) << QByteArray::fromStdString(file) << reason;
        };
        const auto changed = [](const auto& change) {
            GgufBytes bytes = described_matrix();
            change(bytes);
            return bytes.file(std::string(104, 'x'));
        };
        static constexpr uint64_t most = UINT64_MAX, huge = uint64_t{1} << 62;

        row("version 1", changed([](GgufBytes& bytes) { bytes.version = 1; }), "of version 1, and only 2 and 3");
        row("version 4", changed([](GgufBytes& bytes) { bytes.version = 4; }), "of version 4, and only 2 and 3");
        row("no version", changed([](GgufBytes& bytes) { bytes.version = 0; }), "of version 0, and only 2 and 3");
        row("big-endian", changed([](GgufBytes& bytes) { bytes.version = 3u << 24; }), "for big-endian machines");
        row("more tensors than there are", changed([](GgufBytes& bytes) { bytes.said_tensors = 99; }), "is truncated");
        row("more metadata than there is", changed([](GgufBytes& bytes) { bytes.said_metadata = 99; }), "is truncated");
        row("very many tensors", changed([](GgufBytes& bytes) { bytes.said_tensors = most; }),
            "holds more than 250000 tensors");
        row("very much metadata", changed([](GgufBytes& bytes) { bytes.said_metadata = most; }),
            "holds more than 250000 lines of metadata");

        row("text beyond the file", one_value(text_value, bytes_of<uint64_t>({1000}) + "abc"),
            "its header needs 1000 more bytes at byte 45, and there are 19");
        row("text of 2^64 bytes", one_value(text_value, bytes_of<uint64_t>({most})), "is truncated");
        row("list beyond the file", one_value(list_value, GgufBytes::list(u8, 1000, "abc")), "is truncated");
        row("list whose size overflows", one_value(list_value, GgufBytes::list(u32, huge, "abc")), "is truncated");
        row("list of 2^64 texts", one_value(list_value, GgufBytes::list(text_value, most, "")), "is truncated");
        row("part of a model", GgufBytes().value("split.count", 2, bytes_of<uint16_t>({3})).file(""),
            "is one of several parts of a model");
        row("list of lists", one_value(list_value, GgufBytes::list(list_value, 1, GgufBytes::list(u8, 1, "a"))),
            "the metadata \"k\" in a form that is not known");
        row("unknown type of a value", one_value(13, "abcd"), "the metadata \"k\" in a form that is not known");
        row("negative type of a value", one_value(UINT32_MAX, "abcd"), "in a form that is not known");
        row("unknown type in a list", one_value(list_value, GgufBytes::list(13, 1, "abcd")), "form that is not known");
        row("key twice", GgufBytes().value("k", u8, "a").value("k", u8, "b").file(""), "has the metadata \"k\" twice");
        row("long key", GgufBytes().value(std::string(65'536, 'k'), u8, "a").file(""), "longer than 65535 bytes");
        row("key that is no UTF-8", GgufBytes().value("\xff", u8, "a").file(""), "a name that is not UTF-8");

        const auto number = [](uint32_t number) { return bytes_of<uint32_t>({number}); };
        row("alignment of 0", with_alignment(u32, number(0)), "aligns its tensors to 0 bytes");
        row("alignment of 3", with_alignment(u32, number(3)),
            "aligns its tensors to 3 bytes, which is no power of two");
        row("huge alignment", with_alignment(u32, number(1u << 31)), "to 2147483648 bytes");
        row("alignment of another type", with_alignment(f32, bytes_of<float>({32})), "aligns its tensors to 0 bytes");
        row("alignment as text", with_alignment(text_value, GgufBytes::text("32")), "aligns its tensors to 0 bytes");
        row("alignment as a list", with_alignment(list_value, GgufBytes::list(u32, 1, number(32))), "to 0 bytes");

        row("tensor twice", GgufBytes().tensor("t", {1}, of_f32, 0).tensor("t", {1}, of_f32, 32).file(""),
            "names \"t\" twice");
        row("long name", GgufBytes().tensor(std::string(1025, 'n'), {1}, of_f32, 0).file("abcd"),
            "longer than 1024 bytes");
        row("control character in a name", GgufBytes().tensor("\x1b[2J", {1}, of_f32, 0).file("abcd"),
            "control character");
        row("name that is no UTF-8", GgufBytes().tensor("\xc3(", {1}, of_f32, 0).file("abcd"), "is not UTF-8");
        row("type that cannot be read", one_tensor({256}, 16, 0, 66), "is stored as type IQ2_XXS");
        row("type that has gone", one_tensor({32}, 4, 0, 20), "is stored as type 4, which cannot be read");
        row("type beyond all", one_tensor({32}, UINT32_MAX, 0, 20), "is stored as type 4294967295");
        row("17 dimensions", one_tensor(std::vector<uint64_t>(17, 1), of_f32, 0, 4), "more than 16 dimensions");
        row("very many dimensions",
            GgufBytes().tensor("t", {}, of_f32, 0).file("").replace(33, 4, bytes_of<uint32_t>({UINT32_MAX})),
            "more than 16 dimensions");
        row("dimension beyond 63 bits", one_tensor({uint64_t{1} << 63}, of_f32, 0, 4), "larger than any memory");
        row("product of dimensions overflows", one_tensor({uint64_t{1} << 32, uint64_t{1} << 32}, of_f32, 0, 4),
            "larger than any memory");
        row("overflow beside a zero", one_tensor({0, huge, 4}, of_f32, 0, 4), "larger than any memory");
        row("rows that are no blocks", one_tensor({16, 2}, of_q8_0, 0, 34), "rows that do not fill whole blocks");
        row("part of a block", one_tensor({255}, of_q4_k, 0, 144), "does not fill whole bytes");

        const auto two = [](uint64_t first, uint64_t second) {
            return GgufBytes()
                .tensor("a", {8}, of_f32, first)
                .tensor("b", {8}, of_f32, second)
                .file(std::string(96, '\0'));
        };
        row("two tensors share bytes", two(0, 0), "tensor \"b\" overlaps another one or leaves a gap");
        row("two tensors overlap", two(0, 16), "tensor \"b\" overlaps another one or leaves a gap");
        row("gap between tensors", two(0, 64), "tensor \"b\" overlaps another one or leaves a gap");
        row("gap before the first tensor", two(32, 64), "tensor \"a\" overlaps another one or leaves a gap");
        row("offset that is not aligned", one_tensor({1}, of_f32, 4, 8), "overlaps another one or leaves a gap");
        row("offset beyond all", one_tensor({1}, of_f32, most - 31, 4), "overlaps another one or leaves a gap");
        row("tensors of exabytes", one_tensor({uint64_t{1} << 56}, of_f32, 0, 4), "is truncated: its header promises");
        row("one byte missing", described_matrix().file(std::string(103, 'x')), "is truncated: its header promises");
        row("bytes behind the padding", described_matrix().file(std::string(129, 'x')), "bytes after its last tensor");
        row("bytes without tensors", GgufBytes().file("abcd"), "bytes after its last tensor");

        const QString misfit = "has an original shape that does not fit it";
        row("original shape of other size", with_original_shape({4, 2, 2, 2}), misfit);
        row("original shape below zero", with_original_shape({-4, -16}), misfit);
        row("original shape that overflows", with_original_shape(std::vector<int32_t>(16, INT32_MAX)), misfit);
        row("original shape of 17 dimensions", with_original_shape(std::vector<int32_t>(17, 1)), misfit);
        row("original shape as a number",
            GgufBytes()
                .value("comfy.gguf.orig_shape.t", i32, bytes_of<int32_t>({64}))
                .tensor("t", {1}, of_f32, 0)
                .file("abcd"),
            misfit);
    }
    void refusesWithTheReason() {
        QFETCH(QByteArray, file);
        QFETCH(QString, reason);
        const QString fault = QString::fromStdString(gguf_fault(file.toStdString()));
        QVERIFY2(fault.contains(reason), qPrintable(fault));
        QVERIFY2(fault.contains(QString::fromStdString(gguf_name)) && fault.endsWith('.'), qPrintable(fault));
    }

    void noPrefixOfAFileIsAccepted() {
        const std::string file = good_gguf();
        for (size_t length = 4; length < file.size(); ++length)
            QVERIFY2(gguf_fault(file.substr(0, length)).find("is truncated") != std::string::npos,
                     std::to_string(length).c_str());
    }

    void flippedBytesAreRefusedOrHarmless() {
        std::mt19937 random(1);
        const std::string good = good_gguf();
        for (int round = 0; round < 20000; ++round) {
            std::string bytes = good;
            for (unsigned flips = 1 + random() % 4; flips > 0; --flips)
                bytes[4 + random() % (bytes.size() - 4)] = static_cast<char>(random());
            QVERIFY(is_safe_gguf(bytes));
        }
    }

    void theReferencesMetadataIsRead() {
        const TensorSource source(golden_gguf());
        QCOMPARE(source.format(), std::string_view("gguf"));
        QCOMPARE(source.metadata("general.architecture"), std::string("any"));
        QCOMPARE(source.metadata("general.name"), std::string("كل الأنواع"));
        const GgufMetadata metadata = gguf_metadata(source.file()->bytes(), golden_gguf());
        QCOMPARE(metadata.at("any.epsilon").number().value(), static_cast<double>(1e-6f));
        QCOMPARE(metadata.at("any.layers").number().value(), 3.0);
        QCOMPARE(metadata.at("any.is_small").number().value(), 1.0);
        QCOMPARE(metadata.at("any.lowest").number().value(), -0x1p40);
        QCOMPARE(metadata.at("any.words").texts().value(), (std::vector<std::string_view>{"a", "", "اثنان"}));
        QCOMPARE(metadata.at("any.sizes").numbers().value(), (std::vector<double>{3, -1, 70000}));
    }

    void blocksAreDequantisedToTheReferencesBits() {
        const TensorSource source(golden_gguf());
        const TensorSource reference(source_path("/tests/golden/data/gguf/types.safetensors"));
        int quantised = 0;
        for (const auto& [name, expected] : reference.tensors()) {
            const TensorEntry& tensor = source.tensors().at(name);
            QCOMPARE(tensor.shape, expected.shape);
            if (!is_quantised(tensor.dtype)) continue;
            std::string numbers(expected.bytes.size(), '\0');
            dequantise(tensor.dtype, tensor.bytes, reinterpret_cast<float*>(numbers.data()));
            QVERIFY2(numbers == expected.bytes, name.c_str());
            ++quantised;
        }
        QCOMPARE(quantised, 13);  // twelve types, and a kernel
    }
};

FANLIGHT_TEST(TestGguf)
#include "tst_gguf.moc"

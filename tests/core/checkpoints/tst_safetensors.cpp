#include "core/checkpoints/safetensors.h"

#include <QTest>
#include <random>

#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string name = "model.safetensors";

TensorEntries read(const std::string& bytes) { return read_safetensors(bytes, name); }

std::string fault_of(const std::string& bytes) {
    return error_of([&] { read(bytes); });
}

/// A file with metadata, a matrix, a scalar and an empty tensor.
std::string good_file() {
    return safetensors_bytes(R"({"__metadata__":{"format":"pt"},)"
                             R"("weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
                             R"("step":{"dtype":"I64","shape":[],"data_offsets":[24,32]},)"
                             R"("none":{"dtype":"BF16","shape":[0,7],"data_offsets":[32,32]}}   )",
                             std::string(32, 'x'));
}

std::string tensor(const std::string& key, const std::string& dtype, const std::string& shape,
                   const std::string& offsets) {
    return "\"" + key + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

/// A file with one tensor "t".
std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets, size_t data_bytes) {
    return safetensors_bytes("{" + tensor("t", dtype, shape, offsets) + "}", std::string(data_bytes, '\0'));
}

/// A header whose JSON is `fields` for the tensor "t", with 4 bytes of data.
std::string described(const std::string& fields) { return safetensors_bytes(R"({"t":)" + fields + "}", "abcd"); }

std::string with_length(uint64_t length) {
    std::string bytes = good_file();
    std::memcpy(bytes.data(), &length, sizeof length);
    return bytes;
}

/// Reads every byte of every entry, and checks that it lies within the file.
bool in_bounds(const TensorEntries& entries, const std::string& bytes) {
    unsigned sum = 0;
    for (const auto& [key, entry] : entries) {
        if (entry.bytes.data() < bytes.data() || entry.bytes.data() + entry.bytes.size() > bytes.data() + bytes.size())
            return false;
        for (const char byte : entry.bytes) sum += static_cast<unsigned char>(byte);
    }
    return sum < UINT_MAX;
}

/// True if the bytes are refused with an Error or yield tensors within the file; any other exception is a bug.
bool is_safe(const std::string& bytes) {
    try {
        return in_bounds(read(bytes), bytes);
    } catch (const Error&) {
        return true;
    }
}

}  // namespace

/// The header of a .safetensors file, which is untrusted.
class TestSafetensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givesDtypeShapeAndBytesOfEachTensor() {
        const std::string file = good_file();
        const TensorEntries entries = read(file);
        QCOMPARE(entries.size(), 3u);
        QCOMPARE(entries.at("weight").dtype, Dtype::F32);
        QCOMPARE(entries.at("weight").shape, (std::vector<int64_t>{2, 3}));
        QCOMPARE(entries.at("weight").bytes.size(), 24u);
        QCOMPARE(entries.at("step").shape, std::vector<int64_t>{});
        QVERIFY(entries.at("step").bytes.data() == file.data() + file.size() - 8);
        QCOMPARE(entries.at("none").shape, (std::vector<int64_t>{0, 7}));
        QVERIFY(entries.at("none").bytes.empty());
    }

    void acceptsWhatTheFormatAllows_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<int>("count");
        const auto row = [](const char* title, const std::string& file, int count) {
            QTest::newRow(title) << QByteArray::fromStdString(file) << count;
        };
        row("no tensors", safetensors_bytes("{}", ""), 0);
        row("metadata alone", safetensors_bytes(R"({"__metadata__":{"a":"b","c":""}})", ""), 0);
        row("metadata of null", safetensors_bytes(R"({"__metadata__":null})", ""), 0);
        row("blanks before and after the header", safetensors_bytes("\n\t {} \r\n", ""), 0);
        row("fields in another order", described(R"({"data_offsets":[0,4],"shape":[1],"dtype":"F32"})"), 1);
        row("escapes and other scripts in a name",
            safetensors_bytes("{" + tensor("\\u0648زن", "U8", "[4]", "[0,4]") + "}", "abcd"), 1);
        row("sub-byte elements that fill bytes", one("F4", "[3,2]", "[0,3]", 3), 1);
        row("six-bit elements that fill bytes", one("F6_E2M3", "[4]", "[0,3]", 3), 1);
        row("sixteen dimensions", one("U8", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2]", "[0,2]", 2), 1);
        row("header order is not file order",
            safetensors_bytes("{" + tensor("a", "U8", "[2]", "[2,4]") + "," + tensor("b", "U8", "[2]", "[0,2]") + "}",
                              "abcd"),
            2);
    }
    void acceptsWhatTheFormatAllows() {
        QFETCH(QByteArray, file);
        QFETCH(int, count);
        QCOMPARE(static_cast<int>(read(file.toStdString()).size()), count);
    }

    void everyDtypeHasItsSize_data() {
        QTest::addColumn<QByteArray>("dtype");
        QTest::addColumn<int>("bytes");  // of eight elements
        const std::map<int, std::vector<const char*>> sizes = {
            {4, {"F4"}},
            {6, {"F6_E2M3", "F6_E3M2"}},
            {8, {"BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F8_E8M0"}},
            {16, {"I16", "U16", "F16", "BF16"}},
            {32, {"I32", "U32", "F32"}},
            {64, {"I64", "U64", "F64", "C64"}}};
        for (const auto& [bytes, dtypes] : sizes)
            for (const char* dtype : dtypes) QTest::newRow(dtype) << QByteArray(dtype) << bytes;
    }
    void everyDtypeHasItsSize() {
        QFETCH(QByteArray, dtype);
        QFETCH(int, bytes);
        const auto file =
            one(dtype.toStdString(), "[8]", "[0," + std::to_string(bytes) + "]", static_cast<size_t>(bytes));
        QCOMPARE(QByteArray::fromStdString(std::string(name_of(read(file).at("t").dtype))), dtype);
    }

    void refusesWithTheReason_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* title, const std::string& file, const QString& reason) {
            QTest::newRow(title) << QByteArray::fromStdString(file) << reason;
        };
        const auto header = [](const std::string& json) { return safetensors_bytes(json, ""); };

        row("empty file", "", "is truncated: it has only 0 bytes");
        row("seven bytes", "1234567", "is truncated: it has only 7 bytes");
        row("header too large", with_length(100'000'001), "its header would have 100000001 bytes");
        row("length beyond 63 bits", with_length(UINT64_MAX), "its header would have 18446744073709551615 bytes");
        row("header longer than the file", with_length(50'000'000), "is truncated: its header has 50000000 bytes");
        row("header one byte too long", with_length(good_file().size() - 7), "is truncated: its header has");
        row("zip archive of a pickle", "PK\x03\x04 and so on", "saves pickles and TorchScript");

        row("no UTF-8", header("{\"\xff\":{}}"), "is not UTF-8");
        row("no header", header(""), "is not a JSON object");
        row("blanks alone", header("   "), "is not a JSON object");
        row("a list", header("[]"), "is not a JSON object");
        row("a number", header("1"), "is not a JSON object");
        row("byte order mark", header("\xef\xbb\xbf{}"), "is not a JSON object");
        row("NUL and hidden bytes after the object", header(std::string("{}\0hidden", 9)), "is not a JSON object");
        row("unfinished", header("{"), "is not valid JSON");
        row("two objects", header("{}{}"), "is not valid JSON");
        row("trailing comma", header(R"({"__metadata__":{},})"), "is not valid JSON");
        row("comment", header("{/**/}"), "is not valid JSON");

        row("metadata that is a number", header(R"({"__metadata__":{"a":1}})"), "has metadata that is no text");
        row("nested metadata", header(R"({"__metadata__":{"a":{}}})"), "has metadata that is no text");
        row("metadata that is not an object", header(R"({"__metadata__":"a"})"), "\"__metadata__\" wrongly");
        row("metadata of null twice", header(R"({"__metadata__":null,"__metadata__":null})"),
            "names \"__metadata__\" twice");
        row("metadata twice", header(R"({"__metadata__":{},"__metadata__":{}})"), "names \"__metadata__\" twice");
        row("metadata key twice", header(R"({"__metadata__":{"a":"b","a":"b"}})"), "has the metadata \"a\" twice");

        const std::string same = tensor("t", "U8", "[4]", "[0,4]");
        row("tensor twice", safetensors_bytes("{" + same + "," + same + "}", "abcd"), "names \"t\" twice");
        row("tensor twice by an escape",
            safetensors_bytes("{" + same + R"(,"\u0074":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}})", "abcd"),
            "names \"t\" twice");
        row("field twice", described(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4],"dtype":"U8"})"),
            "gives dtype of tensor \"t\" twice");
        row("unknown field", described(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4],"stride":[1]})"),
            "the unknown field \"stride\"");
        row("no dtype", described(R"({"shape":[1],"data_offsets":[0,4]})"),
            "must give a dtype, a shape and two data_offsets");
        row("no shape", described(R"({"dtype":"F32","data_offsets":[0,4]})"),
            "must give a dtype, a shape and two data_offsets");
        row("no offsets", described(R"({"dtype":"F32","shape":[1]})"),
            "must give a dtype, a shape and two data_offsets");
        row("one offset", described(R"({"dtype":"F32","shape":[1],"data_offsets":[0]})"),
            "must give a dtype, a shape and two data_offsets");
        row("three offsets", described(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4,4]})"),
            "describes tensor \"t\" wrongly");
        row("negative offset", described(R"({"dtype":"F32","shape":[1],"data_offsets":[-4,0]})"),
            "describes tensor \"t\" wrongly");
        row("broken offset", described(R"({"dtype":"F32","shape":[1],"data_offsets":[0.0,4.0]})"),
            "describes tensor \"t\" wrongly");
        row("offset beyond 64 bits",
            described(R"({"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551620]})"), "wrongly");
        row("dimension beyond 63 bits",
            described(R"({"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]})"), "wrongly");
        row("negative dimension", described(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})"),
            "describes tensor \"t\" wrongly");
        row("text for a dimension", described(R"({"dtype":"F32","shape":["1"],"data_offsets":[0,4]})"),
            "describes tensor \"t\" wrongly");
        row("number for a shape", described(R"({"dtype":"F32","shape":1,"data_offsets":[0,4]})"),
            "describes tensor \"t\" wrongly");
        row("nested shape", described(R"({"dtype":"F32","shape":[[1]],"data_offsets":[0,4]})"),
            "describes tensor \"t\" wrongly");
        row("list for a dtype", described(R"({"dtype":["F32"],"shape":[1],"data_offsets":[0,4]})"),
            "describes tensor \"t\" wrongly");
        row("null for a tensor", described("null"), "describes tensor \"t\" wrongly");
        row("true for a tensor", described("true"), "describes tensor \"t\" wrongly");
        row("list for a tensor", described("[]"), "describes tensor \"t\" wrongly");
        row("unknown dtype", one("F31", "[1]", "[0,4]", 4), "the unknown dtype \"F31\"");
        row("dtype of another format", one("Q8_0", "[32]", "[0,34]", 34), "the unknown dtype \"Q8_0\"");
        row("dtype in lower case", one("f32", "[1]", "[0,4]", 4), "the unknown dtype \"f32\"");
        row("seventeen dimensions", one("U8", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,1]", 1),
            "more than 16 dimensions");
        row("control character in a name", header("{\"a\\u001b[2J\":{}}"), "control character");
        row("long name", header("{\"" + std::string(1025, 'n') + "\":{}}"), "longer than 1024 bytes");
        row("deep nesting", header(R"({"t":)" + std::string(1'000'000, '[')), "describes tensor \"t\" wrongly");
        row("deep objects", header(R"({"t":{"shape":)" + std::string(100'000, '{')), "describes tensor \"t\" wrongly");

        row("data does not begin at 0", one("U8", "[3]", "[1,4]", 4),
            "tensor \"t\" overlaps another one or leaves a gap");
        row("tensor ends before it begins", one("U8", "[4]", "[4,0]", 4), "overlaps another one or leaves a gap");
        row("two tensors share bytes",
            safetensors_bytes("{" + tensor("a", "U8", "[4]", "[0,4]") + "," + tensor("b", "U8", "[4]", "[0,4]") + "}",
                              "abcd"),
            "tensor \"b\" overlaps another one");
        row("two tensors overlap",
            safetensors_bytes("{" + tensor("a", "U8", "[3]", "[0,3]") + "," + tensor("b", "U8", "[2]", "[2,4]") + "}",
                              "abcd"),
            "tensor \"b\" overlaps another one");
        row("hole between tensors",
            safetensors_bytes("{" + tensor("a", "U8", "[1]", "[0,1]") + "," + tensor("b", "U8", "[2]", "[2,4]") + "}",
                              "abcd"),
            "tensor \"b\" overlaps another one or leaves a gap");
        row("shape larger than span", one("F32", "[2]", "[0,4]", 4), "tensor \"t\" needs 8 bytes and has 4");
        row("shape smaller than span", one("F32", "[0]", "[0,4]", 4), "tensor \"t\" needs 0 bytes and has 4");
        row("shape product overflows", one("U8", "[4294967296,4294967296]", "[0,0]", 0), "larger than any memory");
        row("shape times size overflows", one("F64", "[2305843009213693952]", "[0,0]", 0), "larger than any memory");
        row("overflow before a zero", one("U8", "[4611686018427387904,4,0]", "[0,0]", 0), "larger than any memory");
        row("overflow behind a zero", one("U8", "[0,4611686018427387904,4]", "[0,0]", 0), "larger than any memory");
        row("half a byte", one("F4", "[3]", "[0,1]", 1), "does not fill whole bytes");
        row("one byte missing", one("F32", "[2]", "[0,8]", 7), "is truncated: its header promises ");
        row("span of an exabyte", one("U8", "[100000000000000000]", "[0,100000000000000000]", 4),
            "is truncated: its header promises ");
        row("one byte too many", one("F32", "[2]", "[0,8]", 9), "has bytes after its last tensor");
        row("bytes without tensors", safetensors_bytes("{}", "a"), "has bytes after its last tensor");
    }
    void refusesWithTheReason() {
        QFETCH(QByteArray, file);
        QFETCH(QString, reason);
        const QString fault = QString::fromStdString(fault_of(file.toStdString()));
        QVERIFY2(fault.contains(reason), qPrintable(fault));
        QVERIFY2(fault.contains(QString::fromStdString(name)) && fault.endsWith('.'), qPrintable(fault));
    }

    void aTruncatedFileSaysHowMuchIsMissing() {
        const std::string file = good_file();
        QCOMPARE(fault_of(file.substr(0, file.size() - 5)),
                 "model.safetensors is truncated: its header promises " + std::to_string(file.size()) +
                     " bytes and the file has " + std::to_string(file.size() - 5) + "; download it again.");
    }

    void noPrefixOfAFileIsAccepted() {
        const std::string file = good_file();
        for (size_t length = 0; length < file.size(); ++length)
            QVERIFY(fault_of(file.substr(0, length)).find(name) != std::string::npos);
    }

    void flippedBytesAreRefusedOrHarmless() {
        std::mt19937 random(1);
        const std::string good = good_file();
        for (int round = 0; round < 5000; ++round) {
            std::string bytes = good;
            for (unsigned flips = 1 + random() % 4; flips > 0; --flips)
                bytes[random() % bytes.size()] = static_cast<char>(random());
            QVERIFY(is_safe(bytes));
        }
    }

    void shuffledHeadersAreRefusedOrHarmless() {
        std::mt19937 random(2);
        const std::vector<std::string> pieces = {
            "{",         "}",
            "[",         "]",
            ",",         ":",
            "\"t\"",     "\"dtype\"",
            "\"shape\"", "\"data_offsets\"",
            "\"F32\"",   "\"__metadata__\"",
            "0",         "4",
            "-1",        "1e9",
            "null",      R"("t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})"};
        for (int round = 0; round < 20000; ++round) {
            std::string header = "{";
            for (unsigned length = random() % 12; length > 0; --length) header += pieces[random() % pieces.size()];
            QVERIFY(is_safe(safetensors_bytes(header, "abcd")));
        }
    }

    void aHeaderOfManyTensorsHasACap() {
        std::string header = "{";
        for (int i = 0; i < 250'001; ++i) header += tensor(std::to_string(i), "U8", "[0]", "[0,0]") + ",";
        header.back() = '}';
        QVERIFY(fault_of(safetensors_bytes(header, "")).find("more than 250000 tensors") != std::string::npos);
    }

    void thousandsOfTensorsAreReadQuickly() {
        std::string header = "{";
        for (int i = 0; i < 5000; ++i)
            header += tensor("model.layers." + std::to_string(i) + ".self_attn.q_proj.weight", "BF16", "[1,2]",
                             "[" + std::to_string(4 * i) + "," + std::to_string(4 * i + 4) + "]") +
                      ",";
        header.back() = '}';
        const std::string file = safetensors_bytes(header, std::string(20'000, '\0'));
        QBENCHMARK { QCOMPARE(read(file).size(), 5000u); }
    }
};

FANLIGHT_TEST(TestSafetensors)
#include "tst_safetensors.moc"

#include <QTest>
#include <cstring>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/families/parts/shipped_tokenizers.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path data_folder = fs::path(source_path()) / "tests/golden/data/vocabularies";

/// The first bytes of the SHA-256 of the ids, as vocabularies.py writes them, in hex.
std::string digest_of(const std::vector<int64_t>& ids) {
    const std::vector<int32_t> narrow(ids.begin(), ids.end());
    return sha256_hex({reinterpret_cast<const char*>(narrow.data()), narrow.size() * sizeof(int32_t)}).substr(0, 8);
}

std::string hex_of(std::string_view bytes) {
    std::string hex;
    for (const char byte : bytes) {
        constexpr char digits[] = "0123456789abcdef";
        hex += {digits[static_cast<uint8_t>(byte) >> 4], digits[static_cast<uint8_t>(byte) & 15]};
    }
    return hex;
}

}  // namespace

/// The vocabularies in the program, against transformers and tokenizers (tests/golden/vocabularies.py).
class TestShippedTokenizers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tenThousandLines_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"qwen", "t5"}) QTest::newRow(name) << name;
    }

    void tenThousandLines() {
        QFETCH(QString, name);
        const TextTokenizer tokenizer = name == "qwen" ? qwen_tokenizer() : t5_tokenizer();
        const Json lines = read_json_file(data_folder / "lines.json");
        const std::string digests = read_file(data_folder / (name.toStdString() + ".bin"));
        QCOMPARE(digests.size(), 4 * lines.size());
        QCOMPARE(lines.size(), size_t{10'000});
        for (size_t i = 0; i < lines.size(); ++i) {
            const std::vector<int64_t> ids = tokenizer.encode(lines[i].get<std::string>());
            QVERIFY2(digest_of(ids) == hex_of(std::string_view(digests).substr(4 * i, 4)),
                     (to_line(lines[i]) + " -> " + to_line(ids)).c_str());
        }
    }

    void specialTokensHaveTheirIds() {
        const TextTokenizer qwen = qwen_tokenizer(), t5 = t5_tokenizer();
        QCOMPARE(qwen.size(), size_t{151'669});
        QCOMPARE(qwen.id_of("<|endoftext|>").value(), int64_t{151'643});
        QCOMPARE(qwen.id_of("</think>").value(), int64_t{151'668});
        QCOMPARE(t5.size(), size_t{32'100});
        QCOMPARE(t5.encode("").back(), t5.id_of("</s>").value());
        QCOMPARE(t5.id_of("<pad>").value(), int64_t{0});
    }
};

FANLIGHT_TEST(TestShippedTokenizers)
#include "tst_shipped_tokenizers.moc"

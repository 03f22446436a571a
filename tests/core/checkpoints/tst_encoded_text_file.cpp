#include <QTest>

#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/checkpoints/encoded_text_file.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string key(64, 'a'), numbers = "0123456789abcdef01234567";

std::string file() { return encoded_text_file(key, {Dtype::F32, {1, 3, 2}, numbers}); }

/// The same numbers under another head.
std::string with_head(const Json& patch) {
    const std::string whole = file();
    Json head = Json::parse(whole.substr(0, whole.find('\n')));
    head.merge_patch(patch);
    return to_line(head) + "\n" + numbers;
}

}  // namespace

class TstEncodedTextFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsRead() {
        const std::string whole = file();
        const auto read = read_encoded_text(whole, key);
        QVERIFY(read);
        QCOMPARE(read->dtype, Dtype::F32);
        QCOMPARE(read->shape, (std::vector<int64_t>{1, 3, 2}));
        QCOMPARE(read->bytes, std::string_view(numbers));
    }

    void everyDamageIsFound() {
        const std::string whole = file();
        for (size_t i = 0; i < whole.size(); ++i) {
            QVERIFY(!read_encoded_text(whole.substr(0, i), key));
            std::string changed = whole;
            changed[i] = static_cast<char>(changed[i] ^ 1);
            const auto read = read_encoded_text(changed, key);
            QVERIFY2(!read || (read->bytes == numbers && read->shape == std::vector<int64_t>({1, 3, 2})), &whole[i]);
        }
        QVERIFY(!read_encoded_text(whole + "x", key));
        QVERIFY(!read_encoded_text(whole, std::string(64, 'b')));
        QVERIFY(!read_encoded_text("", key));
    }

    void otherHeadsAreRefused_data() {
        QTest::addColumn<QByteArray>("patch");
        for (const char* patch :
             {R"({"fanlight_encoded_text":2})", R"({"dtype":"I32"})", R"({"dtype":"Q4_0"})", R"({"dtype":7})",
              R"({"shape":[1,2,3,1,1]})", R"({"shape":[6,-1,-1]})", R"({"shape":[0]})", R"({"shape":[6.5]})",
              R"({"shape":[4294967296,4294967296,4294967296,4]})", R"({"sha256":null})", R"({"key":null})"})
            QTest::newRow(patch) << QByteArray(patch);
    }
    void otherHeadsAreRefused() {
        QFETCH(QByteArray, patch);
        QVERIFY(!read_encoded_text(with_head(Json::parse(patch.toStdString())), key));
        QVERIFY(read_encoded_text(with_head(Json::object()), key));
    }

    void aHeadWithoutEndIsNotSearchedFor() {
        QVERIFY(!read_encoded_text(std::string(size_t{1} << 20, ' ') + "\n", key));
    }
};

FANLIGHT_TEST(TstEncodedTextFile)
#include "tst_encoded_text_file.moc"

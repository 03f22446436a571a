#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/families/parts/clip_tokenizer.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path kData = fs::path(source_path()) / "tests/golden/data/text";

std::vector<int64_t> padded(std::vector<int64_t> values, int64_t length, int64_t filler, bool left) {
    values.insert(left ? values.begin() : values.end(), static_cast<size_t>(length) - values.size(), filler);
    return values;
}

QByteArray shown(const std::string& text, const std::vector<int64_t>& ids) {
    return QByteArray::fromStdString(to_line(text.substr(0, 60)) + " -> " + to_line(ids));
}

}  // namespace

/// Ids against transformers' CLIPTokenizer (tests/golden/tokenizer.py), and untrusted files.
class TestClipTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void idsAreThoseOfTransformers_data() {
        QTest::addColumn<QString>("folder");
        const Json expected = read_json_file(kData / "expected.json");
        for (const auto& [name, unused] : expected.at("folders").items())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void idsAreThoseOfTransformers() {
        QFETCH(QString, folder);
        const Json expected = read_json_file(kData / "expected.json");
        const Json& of_folder = expected.at("folders").at(folder.toStdString());
        const auto length = of_folder.at("max_length").get<int64_t>();
        const auto pad_id = of_folder.at("pad_id").get<int64_t>();
        const bool left = of_folder.at("pads_left").get<bool>();
        const auto tokenizer = load_clip_tokenizer(kData / folder.toStdString());
        QCOMPARE(tokenizer->max_length(), length);
        for (size_t i = 0; i < expected.at("texts").size(); ++i) {
            const auto text = expected.at("texts")[i].get<std::string>();
            const auto ids = of_folder.at("ids")[i].get<std::vector<int64_t>>();
            const Tokenizer::Encoded encoded = tokenizer->encode(text);
            QVERIFY2(encoded.ids == padded(ids, length, pad_id, left), shown(text, encoded.ids));
            QVERIFY2(encoded.mask == padded(std::vector<int64_t>(ids.size(), 1), length, 0, left),
                     shown(text, encoded.mask));
            QCOMPARE(encoded.text_tokens, of_folder.at("text_tokens")[i].get<int64_t>());
        }
    }

    void theBuiltInTokenizerIsThatOfStableDiffusion_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("pad");
        QTest::addColumn<int>("pad_id");
        QTest::newRow("1") << "sd1"
                           << "<|endoftext|>" << 49407;
        QTest::newRow("2") << "sd2"
                           << "!" << 0;
    }

    void theBuiltInTokenizerIsThatOfStableDiffusion() {
        QFETCH(QString, model);
        QFETCH(QString, pad);
        QFETCH(int, pad_id);
        const Json expected = read_json_file(kData.parent_path() / "single_file" / "ids.json");
        const auto tokenizer = original_clip_tokenizer(pad.toStdString());
        for (size_t i = 0; i < expected.at("texts").size(); ++i) {
            const auto text = expected.at("texts")[i].get<std::string>();
            const auto ids = expected.at(model.toStdString())[i].get<std::vector<int64_t>>();
            const Tokenizer::Encoded encoded = tokenizer->encode(text);
            QVERIFY2(encoded.ids == padded(ids, 77, pad_id, false), shown(text, encoded.ids));
        }
    }

    void tokensOfTheTextAreCountedBeforeTruncation() {
        std::string text;
        for (int i = 0; i < 200; ++i) text += "a ";
        const auto encoded = load_clip_tokenizer(kData / "fast")->encode(text);
        QCOMPARE(encoded.text_tokens, 200);
        QCOMPARE(encoded.ids.size(), 77u);
        QCOMPARE(encoded.mask, std::vector<int64_t>(77, 1));
    }

    void brokenUtf8BecomesReplacementCharacters() {
        const auto tokenizer = load_clip_tokenizer(kData / "fast");
        QCOMPARE(tokenizer->encode("a \xFF b \xC3").ids, tokenizer->encode("a \uFFFD b \uFFFD").ids);
    }

    void aWordOfAMegabyteTakesNoQuadraticTime() {
        const auto encoded = load_clip_tokenizer(kData / "fast")->encode(std::string(1 << 20, 'x'));
        QCOMPARE(encoded.ids.size(), 77u);
        QVERIFY(encoded.text_tokens > 100'000);
    }

    void aBadFolderIsNamedInOneSentence_data() {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* file, const char* content, const char* message) {
            QTest::newRow(name) << QByteArray(file) << QByteArray(content) << QString(message);
        };
        row("negative id", "vocab.json", R"({"a": -1})",
            "vocab.json: the id of token \"a\" must be a number from 0 to");
        row("huge id", "vocab.json", R"({"a": 16777216})", "must be a number from 0 to 16777215, not 16777216");
        row("text as id", "vocab.json", R"({"a": "1"})", "vocab.json: the id of token \"a\"");
        row("list as vocabulary", "vocab.json", R"(["a"])", "vocab.json: the vocabulary must be an object");
        row("empty vocabulary", "vocab.json", "{}", "with at least one token");
        row("broken JSON", "vocab.json", "{\"a\": 1", "vocab.json, line 1, column 8: is not valid JSON");
        row("unknown merge", "merges.txt", "#version: 0.2\nl o\nq q\n", "merge 2 needs the token \"q\"");
        row("merge without result", "merges.txt", "o l\n", "needs the token \"ol\"");
        row("merge of three", "merges.txt", "#version: 0.2\nl o w\n", "merges.txt, line 2: a merge must be two tokens");
        row("merge of one", "merges.txt", "lo\n", "merges.txt, line 1: a merge must be two tokens");
        row("model of another kind", "tokenizer.json", R"({"model": {"type": "Unigram"}})", "only \"BPE\" is known");
        row("no model", "tokenizer.json", "{}", "tokenizer.json: \"model\" is missing");
        row("merge of a wrong type", "tokenizer.json", R"({"model": {"vocab": {"a": 0}, "merges": [1]}})",
            "tokenizer.json, merge 1: a merge must be \"a b\" or [\"a\", \"b\"]");
        row("added token without id", "tokenizer.json",
            R"({"model": {"vocab": {"a": 0}, "merges": []}, "added_tokens": [{"content": "b"}]})", "\"id\" is missing");
        row("no padding token", "tokenizer_config.json", R"({"pad_token": null})", "\"pad_token\" is empty");
        row("no begin token", "tokenizer_config.json", R"({"bos_token": ""})", "\"bos_token\" is empty");
        row("number as token", "tokenizer_config.json", R"({"eos_token": 3})", "\"eos_token\" has the wrong type");
        row("length of one", "tokenizer_config.json", R"({"model_max_length": 1})",
            "a whole number from 2 to 65536, not 1");
        row("length of a billion", "tokenizer_config.json", R"({"model_max_length": 1000000000})", "not 1000000000");
        row("unknown side", "tokenizer_config.json", R"({"padding_side": "up"})", "must be left or right, not \"up\"");
        row("word as id", "tokenizer_config.json", R"({"added_tokens_decoder": {"x": {"content": "y"}}})",
            "must map ids to tokens, not \"x\"");
        row("list as configuration", "tokenizer_config.json", "[]", "tokenizer_config.json: must hold a JSON object");
        row("text as special tokens", "special_tokens_map.json", "\"a\"",
            "special_tokens_map.json: must hold a JSON object");
    }

    void aBadFolderIsNamedInOneSentence() {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, content);
        QFETCH(QString, message);
        const QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        fs::copy(kData / "odd", path);
        std::ofstream(path / file.constData(), std::ios::binary) << content.constData();
        try {
            load_clip_tokenizer(path);
            QFAIL("the folder was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(message), error.what());
            QVERIFY2(QString(error.what()).contains(folder.path()), error.what());
        }
    }

    void aFolderWithoutTokenizerIsNamed() {
        const QTemporaryDir folder;
        try {
            load_clip_tokenizer(folder.path().toStdString());
            QFAIL("an empty folder was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("it needs tokenizer.json, or vocab.json and merges.txt"),
                     error.what());
        }
    }

    void aSymbolThatNothingStandsForIsNamed() {
        const QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        fs::copy(kData / "odd", path);
        std::ofstream(path / "tokenizer_config.json") << R"({"unk_token": "<nothing>"})";
        const auto tokenizer = load_clip_tokenizer(path);
        QCOMPARE(tokenizer->encode("low").text_tokens, 1);
        QVERIFY_THROWS_EXCEPTION(Error, tokenizer->encode("zebra"));
    }
};

FANLIGHT_TEST(TestClipTokenizer)
#include "tst_clip_tokenizer.moc"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/base64.h"
#include "core/base/file.h"
#include "core/text/sentencepiece.h"
#include "core/text/text_tokenizer.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

Json word_level() { return {{"type", "WordLevel"}, {"vocab", {{"<unk>", 0u}, {"a", 1u}}}, {"unk_token", "<unk>"}}; }

/// A tokenizer.json with these members besides a model.
std::string file_with(const Json& members) {
    Json file = {{"model", word_level()}};
    for (const auto& [key, value] : members.items()) file[key] = value;
    return file.dump();
}

std::string file_with_model(const Json& model) { return Json{{"model", model}}.dump(); }

std::string nested(int depth) {
    Json part = {{"type", "NFC"}};
    for (int i = 0; i < depth; ++i) part = {{"type", "Sequence"}, {"normalizers", Json::array({part})}};
    return file_with({{"normalizer", part}});
}

/// A character map whose trie has one value, at this place of the replacements "a\0".
std::string map_with_value(uint32_t value) {
    std::vector<uint32_t> units(256, 0);
    units[0] = 1u << 10;                        // children at 1
    units[1 ^ 'x'] = 'x' | 1u << 8 | 2u << 10;  // x has a value
    units[(1 ^ 'x') ^ 2] = value | 1u << 31;
    const auto bytes = static_cast<uint32_t>(units.size() * sizeof(uint32_t));
    std::string map(reinterpret_cast<const char*>(&bytes), sizeof bytes);
    map.append(reinterpret_cast<const char*>(units.data()), bytes);
    return base64(map + std::string("a\0", 2));
}

std::string precompiled(const std::string& map) {
    return file_with({{"normalizer", {{"type", "Precompiled"}, {"precompiled_charsmap", map}}}});
}

TextTokenizer from_text(const std::string& text) {
    return TextTokenizer::from_tokenizer_json(parse_json(text, "tokenizer.json"), "tokenizer.json");
}

template <class Load>
void refuses(const Load& load, const QString& reason) {
    try {
        load();
        QFAIL("It was accepted");
    } catch (const Error& error) {
        const QString sentence = error.what();
        QVERIFY2(sentence.contains(reason) && sentence.size() < 600 && !sentence.contains('\n'), qPrintable(sentence));
    }
}

/// Protobuf: a field of bytes, and one of a number below 128.
std::string field(int number, const std::string& bytes) {
    return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
}
std::string number_field(int number, int value) {
    std::string tag{static_cast<char>(number << 3 & 0x7F)};
    if (number > 15) tag = std::string{static_cast<char>((number << 3 & 0x7F) | 0x80), static_cast<char>(number >> 4)};
    return tag + static_cast<char>(value);
}
std::string piece(const std::string& text, int type = 1, const std::string& score = std::string(4, '\0')) {
    return field(1, field(1, text) + std::string{0x15} + score + number_field(3, type));
}

}  // namespace

/// Folders, and files that are damaged or made to do harm: one sentence each that names the file and the part.
class TestTokenizerFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFolderIsReadByTheNamesOfItsFiles() {
        const fs::path data = fs::path(source_path()) / "tests/golden/data/tokenizers";
        const QTemporaryDir temporary;
        const fs::path folder = temporary.path().toStdString();
        refuses([&] { TextTokenizer::load(folder); }, "it needs tokenizer.json, tokenizer.model or spiece.model");
        fs::copy_file(data / "unigram.model", folder / "spiece.model");
        QCOMPARE(TextTokenizer::load(folder).encode("dog").back(), int64_t{2});
        fs::copy_file(data / "bpe.model", folder / "tokenizer.model");
        QCOMPARE(TextTokenizer::load(folder).encode("dog").front(), int64_t{1});
        replace_file(folder / "tokenizer_config.json", R"({"add_bos_token": false})");
        QVERIFY(TextTokenizer::load(folder).encode("dog").front() != 1);
        replace_file(folder / "tokenizer.json", file_with({}));
        QCOMPARE(TextTokenizer::load(folder).encode("a"), std::vector<int64_t>{1});
        replace_file(folder / "tokenizer.json", "{");
        refuses([&] { TextTokenizer::load(folder); }, "tokenizer.json, line 1");
    }

    void badTokenizerJsonIsRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, const std::string& text, const QString& reason) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << reason;
        };
        row("no object", "[]", "\"model\" is missing");
        row("no model", "{}", "\"model\" is missing");
        row("null", R"({"model": null})", "\"type\" is missing");
        row("unknown model", R"({"model": {"type": "Foo"}})",
            "the model \"Foo\" is not supported; known are BPE, Unigram, WordLevel and WordPiece");
        for (const auto& [key, kind] : {std::pair{"normalizer", "normalizer"},
                                        {"pre_tokenizer", "pre-tokenizer"},
                                        {"post_processor", "post-processor"},
                                        {"decoder", "decoder"}}) {
            row(qPrintable(QString("unknown ") + kind), file_with({{key, {{"type", "Foo"}}}}),
                QString("tokenizer.json: the %1 \"Foo\" is not supported; known are").arg(kind));
            row(qPrintable(QString("no type of ") + kind), file_with({{key, Json::object()}}), "\"type\" is missing");
            row(qPrintable(QString("number as ") + kind), file_with({{key, 3}}), "\"type\" is missing");
        }
        row("negative id", file_with_model({{"type", "WordLevel"}, {"vocab", {{"a", -1}}}}),
            "must be a number from 0 to");
        row("huge id", file_with_model({{"type", "WordLevel"}, {"vocab", {{"a", 1e15}}}}),
            "must be a number from 0 to");
        row("list as vocabulary", file_with_model({{"type", "WordPiece"}, {"unk_token", "a"}, {"vocab", {1, 2}}}),
            "the vocabulary must be an object");
        row("BPE without merges", file_with_model({{"type", "BPE"}, {"vocab", {{"a", 0u}}}}), "\"merges\" is missing");
        row("merge of the unknown", file_with_model({{"type", "BPE"}, {"vocab", {{"a", 0u}}}, {"merges", {"a b"}}}),
            "merge 1 needs the token \"b\"");
        row("merge into the unknown", file_with_model({{"type", "BPE"}, {"vocab", {{"a", 0u}}}, {"merges", {"a a"}}}),
            "merge 1 needs the token \"aa\"");
        row("merge of three", file_with_model({{"type", "BPE"}, {"vocab", {{"a", 0u}}}, {"merges", {"a a a"}}}),
            "merge 1");
        row("no unknown token",
            file_with_model({{"type", "BPE"}, {"vocab", {{"a", 0u}}}, {"merges", Json::array()}, {"unk_token", "u"}}),
            "lacks the unknown token \"u\"");
        row("Unigram's unknown id",
            file_with_model({{"type", "Unigram"}, {"vocab", Json::array({Json::array({"a", 0.0})})}, {"unk_id", 1}}),
            "\"unk_id\" is 1, but there are 1 pieces");
        row("Unigram's score", file_with_model({{"type", "Unigram"}, {"vocab", Json::array({{"a", "b"}})}}),
            "piece 0 must be");
        row("Unigram's long piece",
            file_with_model({{"type", "Unigram"}, {"vocab", Json::array({Json::array({std::string(2000, 'a'), 0})})}}),
            "piece 0");
        row("no pieces", file_with_model({{"type", "Unigram"}, {"vocab", Json::array()}}), "at least one piece");
        row("long words",
            file_with_model(
                {{"type", "WordPiece"}, {"unk_token", "a"}, {"vocab", {{"a", 0u}}}, {"max_input_chars_per_word", 1e9}}),
            "max_input_chars_per_word");
        row("added tokens", file_with({{"added_tokens", {{"a", 1}}}}), "\"added_tokens\" must be a list");
        row("added token", file_with({{"added_tokens", Json::array({{{"id", 3}}})}}),
            "added token 1: \"content\" is missing");
        row("flag", file_with({{"added_tokens", Json::array({{{"content", "x"}, {"lstrip", 3}}})}}), "\"lstrip\"");
        row("nesting", nested(40), "levels deep");
        row("pattern", file_with({{"pre_tokenizer", {{"type", "Split"}, {"pattern", "x"}, {"behavior", "Removed"}}}}),
            "the pattern must be");
        row("expression",
            file_with(
                {{"pre_tokenizer", {{"type", "Split"}, {"pattern", {{"Regex", "(("}}}, {"behavior", "Removed"}}}}),
            "cannot be used");
        row("behavior",
            file_with({{"pre_tokenizer", {{"type", "Split"}, {"pattern", {{"String", "x"}}}, {"behavior", "Foo"}}}}),
            "it may be Removed, Isolated");
        row("prepend scheme",
            file_with({{"decoder", {{"type", "Metaspace"}, {"replacement", "_"}, {"prepend_scheme", "x"}}}}),
            "always, first or never");
        row("replacement", file_with({{"decoder", {{"type", "Metaspace"}, {"replacement", "ab"}}}}),
            "must be one character");
        row("strip", file_with({{"decoder", {{"type", "Strip"}, {"content", ""}, {"start", 1}, {"stop", 0}}}}),
            "\"content\"");
        row("template",
            file_with({{"post_processor",
                        {{"type", "TemplateProcessing"},
                         {"single", {{{"SpecialToken", {{"id", "x"}, {"type_id", 0}}}}}},
                         {"pair", Json::array()},
                         {"special_tokens", Json::object()}}}}),
            "\"special_tokens\" lacks \"x\"");
        row("template of B",
            file_with({{"post_processor",
                        {{"type", "TemplateProcessing"},
                         {"single", {{{"Sequence", {{"id", "B"}, {"type_id", 0}}}}}},
                         {"pair", Json::array()},
                         {"special_tokens", Json::object()}}}}),
            "has no place for the text \"B\"");
        row("BERT",
            file_with({{"post_processor", {{"type", "BertProcessing"}, {"cls", {"x", -1}}, {"sep", {"x", 1}}}}}),
            "a token's id must be");
        row("map without base64", precompiled("?"), "is not base64");
        row("map too short", precompiled("AAA="), "is cut off");
        row("map that lies about its length", precompiled("/////wAA"), "is cut off");
        row("map with a value outside", precompiled(map_with_value(3)), "is damaged");
    }

    void badTokenizerJsonIsRefused() {
        QFETCH(QByteArray, text);
        QFETCH(QString, reason);
        refuses([&] { from_text(text.toStdString()); }, reason);
    }

    void aGoodCharacterMapIsAccepted() {
        QCOMPARE(from_text(precompiled(map_with_value(0))).encode("x"), std::vector<int64_t>{1});
    }

    void oddFilesAreReadAsTheReferenceDoes() {
        const Json added =
            Json::array({{{"content", "x"}, {"id", 900}}, {{"content", "x"}, {"id", -3}}, {{"content", ""}}});
        QCOMPARE(from_text(file_with({{"added_tokens", added}})).encode("ax"), (std::vector<int64_t>{1, 2}));
        const Json twice = {{"type", "WordLevel"}, {"vocab", {{"a", 0u}, {"b", 0u}}}, {"unk_token", "a"}};
        QCOMPARE(*from_text(file_with_model(twice)).token_of(0), std::string("a"));
    }

    void textsThatGrowWithoutEndAreRefused() {
        Json steps = Json::array();
        for (int i = 0; i < 40; ++i)
            steps.push_back({{"type", "Replace"}, {"pattern", {{"String", "a"}}}, {"content", std::string(1000, 'a')}});
        const TextTokenizer bomb =
            from_text(file_with({{"normalizer", {{"type", "Sequence"}, {"normalizers", steps}}}}));
        refuses([&] { bomb.encode("a"); }, "bytes");
        const Json doubling = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
        const Json sequence = {{"type", "Sequence"}, {"pretokenizers", std::vector<Json>(100, doubling)}};
        refuses([&] { from_text(file_with({{"pre_tokenizer", sequence}})).encode("\u00e9"); }, "bytes");
        const Json normalizers = {{"type", "Sequence"},
                                  {"normalizers", std::vector<Json>(100, {{"type", "ByteLevel"}})}};
        refuses([&] { from_text(file_with({{"normalizer", normalizers}})).encode("\u00e9"); }, "bytes");
    }

    void wordsWithoutAnyTokenAreRefused() {
        const Json model = {{"type", "WordLevel"}, {"vocab", {{"a", 0u}}}, {"unk_token", "<unk>"}};
        refuses([&] { from_text(file_with_model(model)).encode("b"); }, "nor the unknown token \"<unk>\"");
        const Json unigram = {{"type", "Unigram"}, {"vocab", Json::array({Json::array({"a", 0.0})})}};
        refuses([&] { from_text(file_with_model(unigram)).encode("b"); }, "no unknown token");
    }

    void badSentencePieceModelsAreRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, const std::string& bytes, const QString& reason) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << reason;
        };
        const std::string nan("\x00\x00\xC0\x7F", 4);
        row("empty", "", "has no pieces");
        row("text", "hello", "is not a SentencePiece model");
        row("length beyond the end", "\x0A\x7F", "is not a SentencePiece model");
        row("endless number", std::string(20, '\xFF'), "is not a SentencePiece model");
        row("cut off", piece("a").substr(0, 5), "is not a SentencePiece model");
        row("empty piece", piece(""), "a piece must be");
        row("broken UTF-8", piece("\xFF"), "a piece must be");
        row("score", piece("a", 1, nan), "a piece must be");
        row("piece twice", piece("a") + piece("b") + piece("a"), "the piece \"a\" is there twice");
        row("type", piece("a", 9), "the type of piece 9 is not known");
        row("kind", piece("a", 2) + field(2, number_field(3, 9)), "the kind of model 9 is not known");
        row("words", piece("a", 2) + field(2, number_field(3, 3)), "known are unigram and BPE");
        row("unknown id", piece("a") + field(2, number_field(40, 1)),
            "the unknown piece has the id 1, but there are 1");
        row("map", piece("a", 2) + field(3, field(2, "abc")), "is cut off");
    }

    void badSentencePieceModelsAreRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, reason);
        const std::string where = "tokenizer.model", file = bytes.toStdString();
        refuses([&] { TextTokenizer::from_sentencepiece(parse_sentencepiece(file, where), {}, where); }, reason);
    }

    void longTextsTakeTimeInProportion() {
        const TextTokenizer tokenizer = from_text(file_with_model(
            {{"type", "BPE"}, {"vocab", {{"a", 0u}, {"aa", 1u}, {"aaaa", 2u}}}, {"merges", {"a a", "aa aa"}}}));
        QCOMPARE(tokenizer.encode(std::string(400'000, 'a')), std::vector<int64_t>(100'000, 2));
    }
};

FANLIGHT_TEST(TestTokenizerFiles)
#include "tst_tokenizer_files.moc"

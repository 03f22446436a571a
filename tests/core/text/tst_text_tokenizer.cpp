#include <QTest>
#include <array>
#include <thread>

#include "core/base/file.h"
#include "core/text/sentencepiece.h"
#include "core/text/text_tokenizer.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const fs::path kData = fs::path(source_path()) / "tests/golden/data/tokenizers";

using Ids = std::vector<int64_t>;

const Json& cases() {
    static const Json json = read_json_file(kData / "cases.json");
    return json.at("tokenizers");
}

const Json& case_of(const QString& kind) {
    for (const Json& tokenizer : cases())
        if (tokenizer.at("kind") == kind.toStdString()) return tokenizer;
    throw Error("No tokenizer of this kind");
}

TextTokenizer tokenizer_of(const QString& kind) {
    return TextTokenizer::from_tokenizer_json(case_of(kind).at("tokenizer"), kind.toStdString());
}

void add_kinds() {
    QTest::addColumn<QString>("kind");
    for (const Json& tokenizer : cases()) {
        const auto kind = QString::fromStdString(tokenizer.at("kind").get<std::string>());
        QTest::newRow(qPrintable(kind)) << kind;
    }
}

QByteArray shown(const Json& input, const Json& output) {
    return QByteArray::fromStdString(to_line(input).substr(0, 200) + " -> " + to_line(output).substr(0, 400));
}

template <class Output>
void compare(const Json& input, const Output& output, const Json& expected) {
    QVERIFY2(Json(output) == expected, shown(input, output));
}

TextTokenizer from_model(const std::string& file, const Json& tokenizer_config) {
    return TextTokenizer::from_sentencepiece(parse_sentencepiece(read_file(kData / file), file), tokenizer_config,
                                             file);
}

/// The text of the ids, in the pieces in which a stream gives it.
std::vector<std::string> streamed(const TextTokenizer& tokenizer, const Ids& ids, bool skip_special_tokens) {
    TextStream stream(tokenizer, skip_special_tokens);
    std::vector<std::string> pieces;
    for (const int64_t id : ids) pieces.push_back(stream.add(id));
    pieces.push_back(stream.finish());
    return pieces;
}

}  // namespace

/// Ids and texts against the tokenizers library (tests/golden/text_tokenizers.py), for one small tokenizer of each
/// kind.
class TestTextTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void smallTokenizersGiveTheIdsOfTheReference_data() { add_kinds(); }

    void smallTokenizersGiveTheIdsOfTheReference() {
        QFETCH(QString, kind);
        const TextTokenizer tokenizer = tokenizer_of(kind);
        for (const Json& one : case_of(kind).at("cases")) {
            const auto text = one.at("text").get<std::string>();
            const Ids ids = tokenizer.encode(text);
            const Ids alone = tokenizer.encode(text, {.add_special_tokens = false});
            compare(text, ids, one.at("ids"));
            compare(text, alone, one.at("ids_alone"));
            compare(text, tokenizer.decode(ids, false), one.at("decoded"));
            compare(text, tokenizer.decode(ids, true), one.at("decoded_without_special"));
            const Ids rest(alone.begin() + std::min<std::ptrdiff_t>(2, std::ssize(alone)), alone.end());
            compare(text, tokenizer.decode(rest, true), one.at("decoded_from_third"));
        }
        for (const Json& one : case_of(kind).at("decodes"))
            compare(one.at("ids"), tokenizer.decode(one.at("ids").get<Ids>(), true), one.at("text"));
    }

    void linesInManyScriptsGiveTheIdsOfTheReference_data() { add_kinds(); }

    void linesInManyScriptsGiveTheIdsOfTheReference() {
        QFETCH(QString, kind);
        static const Json lines = read_json_file(kData / "lines.json");
        const TextTokenizer tokenizer = tokenizer_of(kind);
        const auto texts = lines.at("texts").get<std::vector<std::string>>();
        const Json& expected = lines.at("tokenizers").at(kind.toStdString());
        for (size_t i = 0; i < texts.size(); ++i) compare(texts[i], tokenizer.encode(texts[i]), expected.at("ids")[i]);
        for (size_t i = 0; i < expected.at("plain").size(); ++i) {
            const TextTokenizer::Options plain{.add_special_tokens = false, .read_special_tokens = false};
            compare(texts[3 * i], tokenizer.encode(texts[3 * i], plain), expected.at("plain")[i]);
            const Json& ids = expected.at("ids")[3 * i];
            compare(ids, tokenizer.decode(ids.get<Ids>(), i % 2 == 0), expected.at("decoded")[i]);
        }
        for (size_t i = 0; i < expected.at("pairs").size(); ++i) {
            const Encoding pair = tokenizer.encode_pair(texts[2 * i], texts[2 * i + 1]);
            compare(texts[2 * i], Json{pair.ids, pair.type_ids}, expected.at("pairs")[i]);
        }
    }

    void aStreamGivesTheTextOfAllIds_data() { add_kinds(); }

    void aStreamGivesTheTextOfAllIds() {
        QFETCH(QString, kind);
        const TextTokenizer tokenizer = tokenizer_of(kind);
        std::vector<Ids> sequences;
        for (const Json& one : case_of(kind).at("decodes")) sequences.push_back(one.at("ids").get<Ids>());
        for (const Json& one : case_of(kind).at("cases")) {
            const Ids ids = one.at("ids").get<Ids>();
            for (size_t begin = 0; begin < std::min<size_t>(ids.size(), 12);
                 ++begin)  // in the middle of characters too
                sequences.emplace_back(ids.begin() + static_cast<std::ptrdiff_t>(begin), ids.end());
        }
        for (const Ids& ids : sequences) {
            for (const bool skip : {false, true}) {
                std::string text;
                for (const std::string& piece : streamed(tokenizer, ids, skip)) {
                    QVERIFY2(QString::fromStdString(piece).toStdString() == piece, shown(ids, piece));
                    text += piece;
                }
                compare(ids, text, tokenizer.decode(ids, skip));
            }
        }
    }

    void aStreamHoldsBackHalfCharacters() {
        const TextTokenizer gpt2 = tokenizer_of("byte-level, GPT-2");
        const auto bytes = [&](const std::vector<std::string>& symbols) {
            Ids ids;
            for (const std::string& symbol : symbols) ids.push_back(*gpt2.id_of(symbol));
            return ids;
        };
        using Pieces = std::vector<std::string>;
        QCOMPARE(streamed(gpt2, bytes({"ð", "Ł", "¦", "Ļ", "a"}), false), (Pieces{"", "", "", "🦙", "a", ""}));
        QCOMPARE(streamed(gpt2, bytes({"ð", "Ł", "a"}), false), (Pieces{"", "", "\uFFFDa", ""}));
        QCOMPARE(streamed(gpt2, bytes({"ð", "Ł"}), false), (Pieces{"", "", "\uFFFD"}));
        QCOMPARE(streamed(gpt2, bytes({"ÿ", "a"}), false), (Pieces{"\uFFFD", "a", ""}));
    }

    void aStreamHoldsBackByteTokensUntilTheirRunEnds() {
        const TextTokenizer llama = tokenizer_of("byte fallback, Llama 2");
        const auto ids = [&](const std::vector<std::string>& tokens) {
            Ids result;
            for (const std::string& token : tokens) result.push_back(*llama.id_of(token));
            return result;
        };
        using Pieces = std::vector<std::string>;
        QCOMPARE(streamed(llama, ids({"<0xE4>", "<0xB8>", "<0xAD>", "a"}), false), (Pieces{"", "", "", "中a", ""}));
        const std::string bad = "\uFFFD";
        QCOMPARE(streamed(llama, ids({"<0xFF>", "<0xE4>", "<0xB8>", "<0xAD>"}), false),
                 (Pieces{"", "", "", "", bad + bad + bad + bad}));
    }

    void pairsHaveTypes() {
        const TextTokenizer bert = tokenizer_of("WordPiece, lower case");
        const Encoding pair = bert.encode_pair("the", "and it");
        const auto begin = bert.id_of("[CLS]"), end = bert.id_of("[SEP]");
        QCOMPARE(pair.ids.front(), *begin);
        QCOMPARE(pair.ids.back(), *end);
        QCOMPARE(pair.ids.size(), pair.type_ids.size());
        const auto second = std::find(pair.ids.begin(), pair.ids.end(), *end) - pair.ids.begin() + 1;
        for (std::ptrdiff_t i = 0; i < std::ssize(pair.type_ids); ++i)
            QCOMPARE(pair.type_ids[static_cast<size_t>(i)], int64_t{i >= second});
    }

    void specialTokensInATextMayStayPlainText() {
        const TextTokenizer qwen = tokenizer_of("byte-level, Qwen");
        const std::string text = "a<|im_end|>";
        QCOMPARE(qwen.encode(text).back(), *qwen.id_of("<|im_end|>"));
        const Ids plain = qwen.encode(text, {.read_special_tokens = false});
        QVERIFY(std::find(plain.begin(), plain.end(), *qwen.id_of("<|im_end|>")) == plain.end());
        QCOMPARE(qwen.decode(plain, true), text);
    }

    void aTokenizerKnowsItsTokens() {
        const TextTokenizer qwen = tokenizer_of("byte-level, Qwen");
        const int64_t end = *qwen.id_of("<|im_end|>");
        QCOMPARE(*qwen.token_of(end), std::string("<|im_end|>"));
        const Ids special = qwen.special_ids();
        QVERIFY(std::find(special.begin(), special.end(), end) != special.end());
        QVERIFY(!qwen.id_of("no such token"));
        QVERIFY(!qwen.token_of(-1) && !qwen.token_of(INT64_MAX) && !qwen.token_of(static_cast<int64_t>(qwen.size())));
        QCOMPARE(qwen.decode(Ids{-1, INT64_MAX}, false), std::string());
    }

    void severalThreadsMayUseATokenizer() {
        const TextTokenizer qwen = tokenizer_of("byte-level, Qwen");
        const std::string text = "the quick brown fox 2024 قطة 猫 \U0001F999 ";
        const Ids expected = qwen.encode(text);
        std::array<bool, 4> equal{};
        std::vector<std::jthread> threads;
        for (bool& result : equal)
            threads.emplace_back([&] {
                result = true;
                for (int i = 0; i < 300; ++i)
                    result &= qwen.encode(text) == expected && qwen.decode(expected, true) == text;
            });
        threads.clear();
        QCOMPARE(equal, (std::array<bool, 4>{true, true, true, true}));
    }

    void brokenUtf8IsReplaced() {
        for (const Json& kind : cases()) {
            const TextTokenizer tokenizer = tokenizer_of(QString::fromStdString(kind.at("kind").get<std::string>()));
            QCOMPARE(tokenizer.encode("a\xFF\xE4\xB8z"), tokenizer.encode("a\uFFFD\uFFFDz"));
        }
    }

    void sentencePieceModelsGiveItsIds_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"bpe.model", "unigram.model"}) QTest::newRow(name) << name;
    }

    void sentencePieceModelsGiveItsIds() {
        QFETCH(QString, name);
        const Json expected = read_json_file(kData / "sentencepiece.json");
        const Json& ids = expected.at("ids").at(name.toStdString());
        const Json& decoded = expected.at("decoded").at(name.toStdString());
        const TextTokenizer tokenizer = from_model(name.toStdString(), {});
        for (size_t i = 0; i < ids.size(); ++i) {
            const auto text = expected.at("texts")[i].get<std::string>();
            const auto line = ids[i].get<Ids>();
            compare(text, tokenizer.encode(text, {.add_special_tokens = false}), ids[i]);
            const bool unknown = std::find(line.begin(), line.end(), 0) != line.end();  // SentencePiece writes " ⁇ "
            if (!unknown) compare(text, tokenizer.decode(line, true), decoded[i]);
        }
    }

    void sentencePieceModelsAddWhatTheirConfigSays() {
        const Ids alone = from_model("bpe.model", {}).encode("dog", {.add_special_tokens = false});
        Ids with_begin = alone, with_end = alone;
        with_begin.insert(with_begin.begin(), 1);
        with_end.push_back(2);
        const Json only_end = {{"add_bos_token", false}, {"add_eos_token", true}};
        QCOMPARE(from_model("bpe.model", {}).encode("dog"), with_begin);
        QCOMPARE(from_model("bpe.model", only_end).encode("dog"), with_end);
        QCOMPARE(from_model("bpe.model", {}).encode("<s>", {.add_special_tokens = false}), Ids{1});
    }
};

FANLIGHT_TEST(TestTextTokenizer)
#include "tst_text_tokenizer.moc"

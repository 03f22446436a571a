#include <QTest>

#include "core/text/added_tokens.h"
#include "core/text/decoder.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/regular_expression.h"
#include "core/text/text_tokenizer.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

const Json& golden() {
    static const Json json = read_json_file(fs::path(source_path()) / "tests/golden/data/tokenizers/parts.json");
    return json;
}

/// A row for each part of a list of [part, outputs].
void add_parts(const char* list) {
    QTest::addColumn<int>("index");
    for (int i = 0; i < static_cast<int>(golden().at(list).size()); ++i)
        QTest::addRow("%d %s", i, to_line(golden().at(list)[static_cast<size_t>(i)][0]).substr(0, 80).c_str()) << i;
}

QByteArray shown(const Json& input, const Json& output, const Json& expected) {
    return QByteArray::fromStdString(to_line(input).substr(0, 200) + " -> " + to_line(output).substr(0, 300) + " not " +
                                     to_line(expected).substr(0, 300));
}

std::vector<std::string> words_of(const PreTokenizer& pre_tokenizer, const std::string& text) {
    Words words{text, {{0, text.size(), true}}};
    pre_tokenizer(words);
    std::vector<std::string> list;
    for (const Words::Span& span : words.spans) list.emplace_back(words.word(span));
    return list;
}

/// A tokenizer with this decoder, whose vocabulary is that of the golden data.
TextTokenizer with_decoder(const Json& decoder) {
    Json vocabulary = Json::object();
    for (const Json& token : golden().at("tokens")) vocabulary[token.get<std::string>()] = uint64_t{vocabulary.size()};
    const Json model = {{"type", "WordLevel"}, {"vocab", vocabulary}, {"unk_token", "<s>"}};
    return TextTokenizer::from_tokenizer_json({{"model", model}, {"decoder", decoder}}, "test");
}

}  // namespace

/// Single parts against the tokenizers library (tests/golden/text_tokenizers.py).
class TestTokenizerParts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void normalizersWriteWhatTheReferenceDoes_data() { add_parts("normalizers"); }

    void normalizersWriteWhatTheReferenceDoes() {
        QFETCH(int, index);
        const Json& part = golden().at("normalizers")[static_cast<size_t>(index)];
        const Normalizer normalizer = make_normalizer(part[0], "test");
        for (size_t i = 0; i < part[1].size(); ++i) {
            auto text = golden().at("texts")[i].get<std::string>();
            normalizer(text);
            QVERIFY2(text == part[1][i], shown(golden().at("texts")[i], text, part[1][i]));
        }
    }

    void preTokenizersSplitWhereTheReferenceDoes_data() { add_parts("pre_tokenizers"); }

    void preTokenizersSplitWhereTheReferenceDoes() {
        QFETCH(int, index);
        const Json& part = golden().at("pre_tokenizers")[static_cast<size_t>(index)];
        const PreTokenizer pre_tokenizer = make_pre_tokenizer(part[0], "test");
        for (size_t i = 0; i < part[1].size(); ++i) {
            const auto text = golden().at("texts")[i].get<std::string>();
            const Json words = words_of(pre_tokenizer, text);
            QVERIFY2(words == part[1][i], shown(text, words, part[1][i]));
        }
    }

    void decodersReadWhatTheReferenceDoes_data() { add_parts("decoders"); }

    void decodersReadWhatTheReferenceDoes() {
        QFETCH(int, index);
        const Json& part = golden().at("decoders")[static_cast<size_t>(index)];
        const TextTokenizer tokenizer = with_decoder(part[0]);
        for (size_t i = 0; i < part[1].size(); ++i) {
            const auto ids = golden().at("token_ids")[i].get<std::vector<int64_t>>();
            QVERIFY2(tokenizer.decode(ids, false) == part[1][i], shown(ids, tokenizer.decode(ids, false), part[1][i]));
        }
    }

    void addedTokensSwallowBlanks_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("found");
        QTest::newRow("a token of blanks that was swallowed") << "<r> x"
                                                              << "<r>, x";
        QTest::newRow("several") << "<r>  x"
                                 << "<r>,  ,x";
        QTest::newRow("on both sides") << "a <b> c"
                                       << "a,<b>,c";
        QTest::newRow("a swallowed one that strips on its left") << "<r>\n<b>"
                                                                 << "<r>,<b>";
        QTest::newRow("inside a word") << "acatb cat"
                                       << "acatb ,cat";
    }

    void addedTokensSwallowBlanks() {
        QFETCH(QString, text);
        QFETCH(QString, found);
        const std::vector<AddedToken> tokens{{.content = "<r>", .rstrip = true},
                                             {.content = "<b>", .lstrip = true, .rstrip = true},
                                             {.content = "\n", .lstrip = true},
                                             {.content = " x"},
                                             {.content = "  "},
                                             {.content = "cat", .single_word = true}};
        std::vector<AddedTokenFinder::Pattern> patterns;
        for (const AddedToken& token : tokens) patterns.push_back({token.content, token, 7});
        const std::string utf8 = text.toStdString();
        QStringList pieces;
        for (const auto& piece : AddedTokenFinder(patterns).split(utf8))
            pieces << QString::fromUtf8(piece.text.data(), static_cast<qsizetype>(piece.text.size()));
        QCOMPARE(pieces.join(','), found);
    }

    void expressionsAreRewrittenForIcu_data() {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QString>("icu");
        QTest::newRow("white space") << R"(\s[\S])"
                                     << R"(\p{White_Space}[\P{White_Space}])";
        QTest::newRow("hexadecimal") << R"(\h)"
                                     << "[0-9A-Fa-f]";
        QTest::newRow("escaped backslash") << R"(\\s)"
                                           << R"(\\s)";
        QTest::newRow("dot matches line breaks") << R"((?m:.)(?im-x)(m))"
                                                 << R"((?s:.)(?is-x)(m))";
        QTest::newRow("lookahead stays") << R"(\w*(?!m))"
                                         << R"([\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u00B2\u00B3\u00B9\u00BC-\u00BE]*(?!m))";
        QTest::newRow("punctuation") << "[[:punct:]]"
                                     << R"([\p{P}\p{S}])";
    }

    void expressionsAreRewrittenForIcu() {
        QFETCH(QString, expression);
        QFETCH(QString, icu);
        QCOMPARE(QString::fromStdString(icu_syntax(expression.toStdString())), icu);
    }

    void anExpressionThatNeverEndsIsStopped() {
        const auto pattern = regular_expression("(a*)*b", "test");
        std::vector<Match> matches;
        try {
            pattern->find(std::string(60, 'a'), matches);
            QVERIFY(matches.empty());
        } catch (const Error& error) {
            QVERIFY(QString(error.what()).contains("matching takes too long"));
        }
    }
};

FANLIGHT_TEST(TestTokenizerParts)
#include "tst_tokenizer_parts.moc"

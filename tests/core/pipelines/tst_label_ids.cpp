// The tokens of a label after its prompt, with tokenizers of all kinds.

#include <QTest>
#include <filesystem>

#include "core/base/json.h"
#include "core/pipelines/text_prompt.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

std::filesystem::path data(const std::string& name) { return source_path("/tests/golden/data/" + name); }

struct Case {
    std::string prompt, label;
};
const std::vector<Case> cases = {{"The cat sat on the", "mat"},
                                 {"Is it raining?", "yes, it is"},
                                 {"قطة في", "البيت"},
                                 {"猫坐在", "窗边"},
                                 {"Who goes there?\n", "only me"},
                                 {"two  ", "blanks"},
                                 {"", "nothing before"},
                                 {"x", "1234"}};

/// The tokenizers of tests/golden/text_tokenizers.py.
const Json& tokenizers() {
    static const Json json = read_json_file(data("tokenizers/cases.json"));
    return json.at("tokenizers");
}

Json tokenizer_json(const std::string& kind) {
    for (const Json& each : tokenizers())
        if (each.at("kind") == kind) return each.at("tokenizer");
    throw Error("There is no tokenizer of the kind %1", kind);
}

TextTokenizer tokenizer_of(const std::string& kind) {
    return TextTokenizer::from_tokenizer_json(tokenizer_json(kind), kind);
}

std::vector<int64_t> joined(std::vector<int64_t> a, const std::vector<int64_t>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}  // namespace

class TstLabelIds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Prompt and label are what the tokenizer makes of both, where that begins with the prompt's tokens.
    void theyContinueThePrompt() {
        int continued = 0;
        for (const Json& each : tokenizers()) {
            const std::string kind = each.at("kind");
            const TextTokenizer tokenizer = tokenizer_of(kind);
            for (const auto& [prompt, label] : cases) {
                const auto before = tokenizer.encode(prompt), both = tokenizer.encode(prompt + " " + label);
                if (both.size() < before.size() || !std::equal(before.begin(), before.end(), both.begin())) continue;
                ++continued;
                QVERIFY2(joined(before, label_ids(prompt, label, tokenizer, true)) == both, kind.c_str());
            }
        }
        QVERIFY(continued > 30);
    }

    /// Special tokens that end a text stand between the prompt and its label.
    void whatEndsTheTextStays() {
        const TextTokenizer t5 = tokenizer_of("Unigram, T5 (NFKC for the char map)");
        QVERIFY(label_ids("The cat", "sat", t5, true) == t5.encode("sat", {.add_special_tokens = false}));
        const TextTokenizer bert = tokenizer_of("WordPiece, cased");
        QVERIFY(label_ids("The cat", "sat", bert, true) == bert.encode(" sat", {.add_special_tokens = false}));
    }

    /// Where the prompt's last blank merges with the one before the label, the label has one of its own, no two.
    void noBlankIsDoubled() {
        Json json = tokenizer_json("byte fallback, Llama 2");
        json.at("model").at("vocab")["▁▁"] = json.at("model").at("vocab").size();
        Json& merges = json.at("model").at("merges");
        merges.insert(merges.begin(), Json{"▁", "▁"});
        const TextTokenizer tokenizer = TextTokenizer::from_tokenizer_json(json, "tokenizer.json");
        const auto blank = tokenizer.id_of("▁"), two = tokenizer.id_of("▁▁");
        QVERIFY(tokenizer.encode("x ").back() == blank);
        const std::vector<int64_t> both = tokenizer.encode("x  b"), alone = tokenizer.encode(" b");
        QVERIFY(std::find(both.begin(), both.end(), two) != both.end());
        QVERIFY(std::find(alone.begin(), alone.end(), two) != alone.end());
        const std::vector<int64_t> ids = label_ids("x ", "b", tokenizer, true);
        QVERIFY(ids == tokenizer.encode("b", {.add_special_tokens = false}));
        QVERIFY(std::find(ids.begin(), ids.end(), two) == ids.end());
        // A label that begins with a blank has two.
        QVERIFY(label_ids("x ", " b", tokenizer, true) == tokenizer.encode("  b", {.add_special_tokens = false}));
    }
};

FANLIGHT_TEST(TstLabelIds)
#include "tst_label_ids.moc"

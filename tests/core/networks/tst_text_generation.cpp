// Texts of language models are those of transformers, token for token, and do not depend on slot, neighbours and cuts.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/pipelines/text_row.h"
#include "tests/core/networks/logits_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

Task text(const std::string& prompt, uint64_t seed, int max_new_tokens, bool sampled = true) {
    return TextTask{.prompt = prompt, .seed = seed, .max_new_tokens = max_new_tokens, .do_sample = sampled};
}

const std::string long_prompt =
    "In the morning the light is grey; in the evening it is gold. Кошка сидит на окне и "
    "смотрит на дождь. Who goes there?";

}  // namespace

class TstTextGeneration : public QObject {
    Q_OBJECT

    static void models() {
        QTest::addColumn<QString>("name");
        for (const char* name : text_models) QTest::newRow(name) << name;
    }

    static std::unique_ptr<Pipeline> loaded(const QString& name) {
        return load_pipeline(language_model(name.toStdString()), {});
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void textsAreThoseOfTransformers_data() { models(); }
    void textsAreThoseOfTransformers() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const auto pipeline = loaded(name);
        const Json expected_texts = texts_of_transformers(name.toStdString());
        QVERIFY(expected_texts.at("texts").size() > 40);
        for (const Json& expected : expected_texts.at("texts")) {
            const ResultRecord made = texts_of(*pipeline, {task_of(expected)}).front();
            const QString what =
                QString::fromStdString(to_line(expected) + " and not " + to_line(made.text) + to_line(made.more));
            QVERIFY2(made.text == expected.at("text"), qPrintable(what));
            for (const char* key : {"finish", "prompt_tokens", "new_tokens"})
                QVERIFY2(made.more.at(key) == expected.at(key), qPrintable(what));
        }
    }

    void everySlotMakesTheSame_data() { models(); }
    void everySlotMakesTheSame() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const auto pipeline = loaded(name);
        const Task a = text("The cat", 1, 30), b = text(long_prompt, 2, 90), c = text("猫坐", 3, 12, false),
                   d = text("", 4, 5);
        const auto made = texts_of(*pipeline, {a, b, c, d}), turned = texts_of(*pipeline, {d, c, b, a}),
                   padded = texts_of(*pipeline, {c, a, a, a});
        QVERIFY(made[0] == turned[3] && made[1] == turned[2] && made[2] == turned[1] && made[3] == turned[0]);
        QVERIFY(made[0] == padded[1] && made[2] == padded[0] && padded[1] == padded[3]);
        QCOMPARE(padded.size(), size_t{4});
    }

    void everyCutMakesTheSame_data() { models(); }
    void everyCutMakesTheSame() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const auto folder = language_model(name.toStdString());
        const auto layers = static_cast<int64_t>(LanguageLayers(name.toStdString()).names().size());
        const std::vector<Task> one = {text("The cat", 1, 20), text(long_prompt, 2, 30), text("x", 5, 3, false)},
                                other = {text(long_prompt, 7, 4), text("y", 8, 20)};
        const auto pipeline = loaded(name);
        const auto first = texts_of(*pipeline, one), second = texts_of(*pipeline, other);
        for (int64_t cut = 1; cut < layers; ++cut) {
            const auto made = outputs_of_round(stages_here(folder, layers, {cut}), {one, other, one});
            QVERIFY(records_of(made[0]) == first && records_of(made[1]) == second && records_of(made[2]) == first);
        }
        const auto made = outputs_of_round(stages_here(folder, layers, {1, 2, 4}), {other, one});
        QVERIFY(records_of(made[0]) == second && records_of(made[1]) == first);
    }

    void offloadedLayersMakeTheSame_data() { models(); }
    void offloadedLayersMakeTheSame() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const std::vector<Task> batch = {text("The cat", 1, 20), text(long_prompt, 2, 30)};
        const auto offloaded = load_pipeline(language_model(name.toStdString()), {.device_map = {{"", "disk"}}});
        QVERIFY(texts_of(*offloaded, batch) == texts_of(*loaded(name), batch));
    }

    /// When a text of Phi-3 becomes longer than the original context, all of it is read anew.
    void textsThatGrowOutOfTheOriginalContextAreReadAnew() {
        const c10::InferenceMode inference;
        const Json crossing = texts_of_transformers("phi3").at("crossing");
        const auto folder = language_model("phi3");
        const TextTokenizer tokenizer = TextTokenizer::load(folder);
        const auto prompt_ids = crossing.at("prompt_ids").get<std::vector<int64_t>>(),
                   ids = crossing.at("ids").get<std::vector<int64_t>>();
        const std::string prompt = tokenizer.decode(prompt_ids, /*skip_special_tokens=*/true);
        QVERIFY(tokenizer.encode(prompt) == prompt_ids);
        const auto length = static_cast<int>(ids.size());
        const Task task = TextTask{.prompt = prompt, .max_new_tokens = length, .min_new_tokens = length};
        const auto pipeline = loaded("phi3");
        const std::vector<Task> batch = {text("The cat", 1, 90), task, text("x", 2, 3)};
        const auto made = texts_of(*pipeline, batch);
        QCOMPARE(made[1].text, tokenizer.decode(ids, /*skip_special_tokens=*/true));
        QVERIFY(texts_of(*pipeline, {task, task})[0] == made[1]);
        const auto layers = static_cast<int64_t>(LanguageLayers("phi3").names().size());
        QVERIFY(records_of(outputs_of_round(stages_here(folder, layers, {2, 4}), {batch, batch})[1]) == made);
    }

    void textsEndBeforeStopStrings() {
        const c10::InferenceMode inference;
        const auto pipeline = loaded("llama");
        TextTask task{.prompt = "Who goes", .seed = 3, .max_new_tokens = 30, .do_sample = true};
        const std::string whole = texts_of(*pipeline, {task}).front().text;
        QVERIFY(whole.size() > 20);
        task.stop = {"not in it", whole.substr(12, 3)};
        const ResultRecord made = texts_of(*pipeline, {task}).front();
        QCOMPARE(made.text, whole.substr(0, whole.find(task.stop[1])));
        QCOMPARE(made.more.at("finish").get<std::string>(), std::string("stop"));
        QVERIFY(made.more.at("new_tokens").get<int>() < 30);
    }

    void promptsThatAreTooLongAreRefusedOrTruncated() {
        const c10::InferenceMode inference;
        const auto pipeline = loaded("llama");
        std::string words;
        for (int i = 0; i < 300; ++i) words += "cat " + std::to_string(i) + ' ';
        TextTask task{.prompt = words, .max_new_tokens = 6};
        try {
            pipeline->open({task});
            QFAIL("not refused");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("context 256"), error.what());
        }
        for (const char* side : {"left", "right"}) {
            task.truncate = side;
            const ResultRecord made = texts_of(*pipeline, {task}).front();
            QCOMPARE(made.more.at("prompt_tokens").get<int>(), 250);
        }
        // The text may fill the context, and one more token follows.
        task.max_new_tokens = 1;
        QCOMPARE(texts_of(*pipeline, {task}).front().more.at("prompt_tokens").get<int>(), 255);
    }

    void aRowThatCannotBeMadeLeavesTheOthers() {
        const c10::InferenceMode inference;
        const auto pipeline = loaded("llama");
        const Task good = text("The cat", 1, 20), bad = text(std::string(4000, 'x'), 2, 5);
        const auto expected = texts_of(*pipeline, {good, good, good});
        const auto generation = pipeline->open({bad, good, bad});
        const auto made = std::get<Records>(run_whole(*generation, [](Generation&) { return true; }).value());
        QVERIFY(made.rows[1] == expected[0]);
        QVERIFY(made.failures.contains(0) && !made.failures.contains(1) && made.failures.contains(2));
        QCOMPARE(made.failures.at(0).kind, std::string("request"));
        const Records chosen = std::get<Records>(rows_of(made, {1, 2}));
        QVERIFY(!chosen.failures.contains(0) && chosen.failures.contains(1));
        const Outputs sent = unpacked_outputs(packed(made, [] { return 1.0; }));
        QVERIFY(std::get<Records>(sent).failures == made.failures && records_of(sent) == made.rows);
        QVERIFY_THROWS_EXCEPTION(Error, pipeline->open({bad, bad, bad}));
    }

    void numbersThatAreNotFiniteAreNoText() {
        TextRow row({}, {1}, 1, {{}, {}, 5}, TextTokenizer::load(language_model("gpt2")));
        row.choose_largest(3, 1);
        QVERIFY(!row.failure());
        row.choose_largest(3, std::nanf(""));
        QVERIFY(row.has_ended() && row.failure()->kind == "nan");
        TextRow other({.do_sample = true}, {1}, 1, {{}, {}, 5}, TextTokenizer::load(language_model("gpt2")));
        std::vector<float> logits = {1, std::nanf(""), 2};
        other.choose(logits);
        QVERIFY(other.has_ended() && other.failure()->kind == "nan");
    }

    void textsEndWithTheContext() {
        const c10::InferenceMode inference;
        const auto pipeline = loaded("gpt2");
        TextTask task{.prompt = "The cat", .max_new_tokens = 1000, .min_new_tokens = 1000};
        const ResultRecord made = texts_of(*pipeline, {task}).front();
        QCOMPARE(made.more.at("finish").get<std::string>(), std::string("length"));
        QCOMPARE(made.more.at("new_tokens").get<int>() + made.more.at("prompt_tokens").get<int>(), 257);
    }
};

FANLIGHT_TEST(TstTextGeneration)
#include "tst_text_generation.moc"

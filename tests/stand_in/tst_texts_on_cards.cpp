// Language models on stand-ins for GPUs: texts are those of the CPU, and the same whatever the mode and the neighbours.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>
#include <cmath>

#include "core/batch/score_task.h"
#include "tests/core/networks/logits_of.h"
#include "tests/core/networks/stages_here.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

at::Device card(int index) { return device_named("cuda:" + std::to_string(index)); }

Task text(const std::string& prompt, uint64_t seed, int max_new_tokens, bool sampled = false) {
    return TextTask{.prompt = prompt, .seed = seed, .max_new_tokens = max_new_tokens, .do_sample = sampled};
}

const std::string long_prompt = "In the morning the light is grey; in the evening it is gold. Who goes there?";

}  // namespace

class TstTextsOnCards : public QObject {
    Q_OBJECT

    static void models() {
        QTest::addColumn<QString>("name");
        for (const char* name : text_models) QTest::newRow(name) << name;
    }

    /// Odd layers on one card, even ones on the other.
    static Weights::Placement sharded(const std::string& name) {
        Weights::Placement placement{.device = card(1)};
        int64_t next = 0;
        for (const std::string& layer : LanguageLayers(name).names())
            placement.device_map.push_back({layer, "cuda:" + std::to_string(next++ % 2)});
        return placement;
    }

private Q_SLOTS:
    void initTestCase() {
        at::set_num_threads(1);
        set_accelerator(std::make_unique<stand_in::StandIn>(
            std::vector<stand_in::Card>{{.name = "A", .uuid = "GPU-a"}, {.name = "B", .uuid = "GPU-b"}}));
    }

    void everyModeMakesTheSame_data() { models(); }
    void everyModeMakesTheSame() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const std::string model = name.toStdString();
        const auto folder = language_model(model);
        const std::vector<Task> batch = {text("The cat", 1, 20), text(long_prompt, 2, 70, true), text("x", 3, 4)};
        const auto expected = texts_of(*load_pipeline(folder, {}), batch);
        const auto on_card = load_pipeline(folder, {.device = card(0)});
        QVERIFY(texts_of(*on_card, batch) == expected);
        QVERIFY(texts_of(*on_card, {batch[2], batch[0], batch[0]})[1] == expected[0]);
        QVERIFY(texts_of(*load_pipeline(folder, sharded(model)), batch) == expected);
        Weights::Placement stored{.device = card(0)};
        stored.device_map = {{"", "cpu"}};
        QVERIFY(texts_of(*load_pipeline(folder, stored), batch) == expected);
        const auto layers = static_cast<int64_t>(LanguageLayers(model).names().size());
        const auto stages = stages_here(folder, layers, {2, 4}, {card(0), card(1)});
        const std::vector<Task> beside = {text(long_prompt, 7, 9), text("y", 8, 3)};
        QVERIFY(records_of(outputs_of_round(stages, {beside, batch}).back()) == expected);
    }

    /// For the ids of the new tokens, and for nothing else.
    void theHostWaitsOnceAToken_data() { models(); }
    void theHostWaitsOnceAToken() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const std::string model = name.toStdString();
        const auto pipeline = load_pipeline(language_model(model), sharded(model));
        const std::vector<Task> batch = {text("The cat", 1, 20), text(long_prompt, 2, 30, true)};
        texts_of(*pipeline, batch);
        const auto generation = pipeline->open(batch);
        std::optional<NamedTensors> input = generation->begin();
        stand_in::reset_statistics();
        size_t steps = 0;
        for (; input; ++steps) input = generation->run(steps, std::move(*input));
        QVERIFY(steps > 10);
        const int64_t waits = stand_in::statistics(0).waits + stand_in::statistics(1).waits;
        QVERIFY2(waits <= static_cast<int64_t>(steps), QByteArray::number(waits).constData());
        QCOMPARE(stand_in::statistics(0).host_copies + stand_in::statistics(1).host_copies, int64_t{0});
    }

    /// Where products are others than the CPU's, last bits are, too. The host does not wait before all scores are
    /// there.
    void scoresAreTheSameInEveryMode_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : language_models) QTest::newRow(name) << name;
    }
    void scoresAreTheSameInEveryMode() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const std::string model = name.toStdString();
        const auto folder = language_model(model);
        const std::vector<Task> batch = {ScoreTask{.prompt = "The cat"}, ScoreTask{.prompt = long_prompt},
                                         ScoreTask{.prompt = "The cat sat on", .labels = {"the mat", "a hill"}}};
        const auto on_cpu = texts_of(*load_pipeline(folder, {}), batch),
                   expected = texts_of(*load_pipeline(folder, {.device = card(0)}), batch);
        for (size_t i = 0; i < 2; ++i)
            QVERIFY(std::abs(on_cpu[i].more.at("sum").get<double>() - expected[i].more.at("sum").get<double>()) < 1e-2);
        QCOMPARE(expected[2].text, on_cpu[2].text);
        const auto pipeline = load_pipeline(folder, sharded(model));
        QVERIFY(texts_of(*pipeline, batch) == expected);
        const auto generation = pipeline->open(batch);
        std::optional<NamedTensors> input = generation->begin();
        stand_in::reset_statistics();
        for (size_t i = 0; input; ++i) input = generation->run(i, std::move(*input));
        QCOMPARE(stand_in::statistics(0).waits + stand_in::statistics(1).waits, int64_t{0});
        const auto layers = static_cast<int64_t>(LanguageLayers(model).names().size());
        const auto stages = stages_here(folder, layers, {2, 4}, {card(0), card(1)});
        QVERIFY(records_of(outputs_of_round(stages, {batch, {batch[0]}}).front()) == expected);
    }
};

FANLIGHT_TEST(TstTextsOnCards)
#include "tst_texts_on_cards.moc"

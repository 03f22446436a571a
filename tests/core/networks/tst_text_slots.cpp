// Texts that take the places of others that have ended are the ones that they would be in a micro-batch of their own.

#include <ATen/Parallel.h>

#include <QTest>

#include "tests/core/networks/texts_of.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr int places = 3;

Task text(const std::string& prompt, uint64_t seed, int max_new_tokens, bool sampled = true) {
    return TextTask{.prompt = prompt, .seed = seed, .max_new_tokens = max_new_tokens, .do_sample = sampled};
}

std::vector<Task> many_texts() {
    const std::string long_prompt =
        "In the morning the light is grey; in the evening it is gold. Кошка сидит на окне. Who goes there?";
    std::vector<Task> tasks;
    for (int i = 0; i < 14; ++i)
        tasks.push_back(text(i % 3 == 0 ? long_prompt : "The cat " + std::to_string(i), static_cast<uint64_t>(i),
                             3 + i * 7 % 20, i % 4 != 0));
    return tasks;
}

std::vector<Task> filled(const Task& task) { return std::vector<Task>(places, task); }

/// All of them, the next whenever there is room; those whose number is in `dropped` are dropped after a few steps.
std::map<size_t, ResultRecord> made_one_after_the_other(Pipeline& pipeline, const std::vector<Task>& tasks,
                                                        const std::set<size_t>& dropped = {}) {
    const auto generation = pipeline.open(filled(tasks[0]));
    Slots& slots = *generation->slots();
    std::map<size_t, ResultRecord> made;
    std::optional<NamedTensors> input = generation->begin();
    size_t added = 1, ended = 0;
    for (size_t step = 0; ended < tasks.size(); ++step) {
        input = generation->run(step, std::move(*input));
        for (const auto& [row, one] : slots.take_ended()) {
            made.emplace(row, one.records.rows.front());
            ++ended;
        }
        for (const size_t row : dropped)
            if (row < added && step % 5 == 4 && !made.contains(row)) {
                slots.drop(row);
                made.emplace(row, ResultRecord{"dropped", {}});
                ++ended;
            }
        while (added < tasks.size() && slots.has_room()) slots.add(tasks[added++]);
        if (!input && ended < tasks.size()) input = generation->begin();
    }
    return made;
}

}  // namespace

class TstTextSlots : public QObject {
    Q_OBJECT

    static void models() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("exact");
        for (const char* name : {"gpt2", "llama", "mistral", "phi3", "t5"}) {
            QTest::addRow("%s", name) << name << true;
            QTest::addRow("%s, where ended rows go on", name) << name << false;
        }
    }

    static std::unique_ptr<Pipeline> loaded(const QString& name, bool exact) {
        return load_pipeline(language_model(name.toStdString()), {.dtype = exact ? at::kFloat : at::kBFloat16});
    }

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void eachTextIsWhatItIsAlone_data() { models(); }
    void eachTextIsWhatItIsAlone() {
        QFETCH(QString, name);
        QFETCH(bool, exact);
        const c10::InferenceMode inference;
        const auto pipeline = loaded(name, exact);
        const std::vector<Task> tasks = many_texts();
        const auto made = made_one_after_the_other(*pipeline, tasks);
        QCOMPARE(made.size(), tasks.size());
        for (size_t i = 0; i < tasks.size(); ++i) QVERIFY(made.at(i) == texts_of(*pipeline, filled(tasks[i]))[0]);
    }

    void droppedTextsLeaveTheOthers_data() { models(); }
    void droppedTextsLeaveTheOthers() {
        QFETCH(QString, name);
        QFETCH(bool, exact);
        const c10::InferenceMode inference;
        const auto pipeline = loaded(name, exact);
        const std::vector<Task> tasks = many_texts();
        const auto made = made_one_after_the_other(*pipeline, tasks, {1, 3, 4, 8});
        size_t dropped = 0;
        for (size_t i = 0; i < tasks.size(); ++i) {
            dropped += made.at(i).text == "dropped";
            if (made.at(i).text != "dropped") QVERIFY(made.at(i) == texts_of(*pipeline, filled(tasks[i]))[0]);
        }
        QVERIFY(dropped > 0);
    }

    /// Fewer evaluations, and the same texts.
    void aCommonBeginningIsReadOnce_data() { models(); }
    void aCommonBeginningIsReadOnce() {
        QFETCH(QString, name);
        QFETCH(bool, exact);
        const c10::InferenceMode inference;
        const auto pipeline = loaded(name, exact);
        std::string instruction;
        for (int i = 0; i < 13; ++i) instruction += "Say what the cat does " + std::to_string(i) + ". ";
        const std::vector<Task> batch = {text(instruction + "The cat", 1, 6), text(instruction + "A dog ran", 2, 6),
                                         text(instruction, 3, 6)};
        const auto generation = pipeline->open(batch);
        const auto made = std::get<Records>(run_whole(*generation, [](Generation&) { return true; }).value()).rows;
        size_t alone = 0;
        for (size_t i = 0; i < batch.size(); ++i) {
            const auto single = pipeline->open(filled(batch[i]));
            QVERIFY(made[i] == std::get<Records>(run_whole(*single, [](Generation&) { return true; }).value()).rows[0]);
            alone += single->progress().evaluated - 5;  // its pieces, and the first token
        }
        const size_t together = generation->progress().evaluated - 5;
        // An encoder sees all of its text at once, and nothing of it can be shared.
        QVERIFY2(name == "t5" || together + 4 <= alone, QByteArray::number(together).constData());
    }

    /// What is told while a text grows, put together, is its beginning, and with the last growth all of it; nothing of
    /// a stop string is told.
    void textsAreToldAsTheyGrow() {
        const c10::InferenceMode inference;
        const auto pipeline = loaded("llama", true);
        TextTask task{.prompt = "Who goes", .seed = 3, .max_new_tokens = 30, .do_sample = true};
        const std::string whole = texts_of(*pipeline, {task}).front().text;
        task.stop = {whole.substr(14, 3)};
        const std::string expected = whole.substr(0, whole.find(task.stop[0]));
        const auto generation = pipeline->open({task});
        std::string told;
        std::optional<NamedTensors> input = generation->begin();
        for (size_t step = 0; input; ++step) {
            input = generation->run(step, std::move(*input));
            if (!input) break;
            const Slots::Growth growth = generation->slots()->grown(0);
            told += growth.text;
            QVERIFY(growth.tokens <= growth.most && growth.most == 30);
            QVERIFY2(expected.starts_with(told), told.c_str());
        }
        QVERIFY(told.size() > 5);
        const Slots::Ended ended = generation->slots()->take_ended().at(0);
        QCOMPARE(ended.records.rows.front().text, expected);
        QCOMPARE(told + ended.growth.text, expected);
        QVERIFY(generation->slots()->has_room());
    }

    void whatCannotBeMadeTakesNoPlace() {
        const c10::InferenceMode inference;
        const auto pipeline = loaded("llama", true);
        const auto generation = pipeline->open(filled(text("The cat", 1, 5)));
        QVERIFY_THROWS_EXCEPTION(Error, generation->slots()->add(text(std::string(4000, 'x'), 2, 5)));
        QCOMPARE(generation->slots()->add(text("A dog", 2, 5)), size_t{1});
        QCOMPARE(generation->slots()->add(text("A dog", 2, 5)), size_t{2});
        QVERIFY(!generation->slots()->has_room());
    }
};

FANLIGHT_TEST(TstTextSlots)
#include "tst_text_slots.moc"

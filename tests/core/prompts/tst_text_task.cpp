// Texts: their parameters from lists and options, prompt templates, and their JSON.

#include "core/batch/text_task.h"

#include <QTest>

#include "core/base/json.h"
#include "core/batch/classify_task.h"
#include "core/batch/parameter_rules.h"
#include "core/batch/prompt_template.h"
#include "core/batch/result.h"
#include "core/prompts/prompt_json.h"
#include "core/prompts/prompt_list.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

Overrides values_of(const std::vector<std::pair<std::string, std::string>>& given) {
    Overrides values;
    for (const auto& [name, text] : given) find_parameter(name, TextTask::kind)->read(text, values, "W");
    return values;
}

TextTask task_with(const std::vector<std::pair<std::string, std::string>>& given) {
    return TextTask{}.with(values_of(given));
}

/// The message of the UsageError that `call` throws; "" if it throws none.
template <typename Call>
std::string refusal(const Call& call) {
    try {
        call();
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

std::vector<PromptRow> rows_of(const std::string& text, ListFormat format) {
    std::vector<PromptRow> rows;
    read_prompts(
        text, format, "L", [&](PromptRow row) { rows.push_back(std::move(row)); }, TextTask::kind);
    return rows;
}

}  // namespace

class TstTextTask : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The owner believes no worker that tells of more than was asked for.
    void answersAreChecked() {
        const Task task = TextTask{.prompt = "a", .max_new_tokens = 3};
        const Json right = {{"finish", "length"}, {"prompt_tokens", 1}, {"new_tokens", 3}};
        task.check_record({"abc", right});
        const auto is_refused = [&](const char* key, const Json& value) {
            Json more = right;
            value.is_null() ? void(more.erase(key)) : void(more[key] = value);
            try {
                task.check_record({"abc", more});
                return false;
            } catch (const Error& error) {
                return std::string(error.what()).starts_with("it ");
            }
        };
        for (const Json& value : {Json(4), Json(0), Json(-1), Json("3"), Json(2.5), Json()})
            QVERIFY2(is_refused("new_tokens", value), value.dump().c_str());
        for (const Json& value : {Json(0), Json("1"), Json()}) QVERIFY(is_refused("prompt_tokens", value));
        for (const Json& value : {Json("tired"), Json(1), Json()}) QVERIFY(is_refused("finish", value));
        Task(ClassifyTask{.prompt = "a"}).check_record({"glad", {}});
    }

    void whoSaysHowToSampleSamples() {
        QVERIFY(!TextTask{}.do_sample);
        for (const char* name : {"temperature", "top_p", "min_p"}) QVERIFY(task_with({{name, "0.5"}}).do_sample);
        QVERIFY(task_with({{"top_k", "5"}}).do_sample);
        QVERIFY(!task_with({{"do_sample", "false"}, {"top_k", "5"}}).do_sample);
        QVERIFY(!task_with({{"repetition_penalty", "1.2"}}).do_sample);
        const TextTask greedy = task_with({{"temperature", "0"}});
        QVERIFY(!greedy.do_sample && greedy.temperature == 1);
    }

    void valuesOutOfRangeAreRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* text, const char* message) {
            QTest::addRow("%s %s", name, text) << name << text << message;
        };
        row("temperature", "-1", "W: temperature must be a number from 0 to 100, not \"-1\".");
        row("temperature", "nan", "W: temperature must be a number from 0 to 100, not \"nan\".");
        row("top_p", "0", "W: top_p must be above 0, not \"0\".");
        row("top_p", "1.5", "W: top_p must be a number from 0 to 1, not \"1.5\".");
        row("top_k", "-1", "W: top_k must be a whole number from 0");
        row("max_new_tokens", "0", "W: max_new_tokens must be a whole number from 1");
        row("repetition_penalty", "0", "W: repetition_penalty must be a number from 0.01");
        row("do_sample", "maybe", "W: do_sample must be true or false");
        row("stop", "", "W: stop must not be empty");
        row("stop", "[1]", "W: stop must be a text or a JSON list of texts");
        row("truncate", "middle", "W: truncate must be left or right");
    }
    void valuesOutOfRangeAreRefused() {
        QFETCH(QString, name);
        QFETCH(QString, text);
        QFETCH(QString, message);
        const std::string told = refusal([&] { values_of({{name.toStdString(), text.toStdString()}}); });
        QVERIFY2(told.starts_with(message.toStdString()), told.c_str());
    }

    void parametersBelongToTheirKindOfTask() {
        QVERIFY(!find_parameter("steps", TextTask::kind) && !find_parameter("temperature"));
        QVERIFY(!find_parameter("seed", ClassifyTask::kind));
        QVERIFY(find_parameter("seed", TextTask::kind) == find_parameter("seed"));
        QCOMPARE(std::string(find_parameter("n", TextTask::kind)->name), std::string("samples"));
        QCOMPARE(std::string(find_parameter("n")->name), std::string("images"));
    }

    void columnsOfItsOwnComeBack() {
        const auto rows = rows_of(R"({"id": 7, "prompt": "a", "label": {"x": [1, null]}, "Top P": 0.9, "text": "old"}
{"prompt": "b", "stop": ["\n", "."], "note": "π", "source": null})",
                                  ListFormat::JsonLines);
        QVERIFY(Json::parse(*rows[0].overrides.columns) ==
                Json::parse(R"({"id": 7, "label": {"x": [1, null]}, "text": "old"})"));
        QCOMPARE(*rows[0].overrides.top_p, 0.9);
        QVERIFY(Json::parse(*rows[1].overrides.columns) == Json::parse(R"({"note": "π", "source": null})"));
        QVERIFY(*rows[1].overrides.stop == (std::vector<std::string>{"\n", "."}));
        const auto table = rows_of("id,prompt,mood\n1,a cat,sad\n", ListFormat::Csv);
        QVERIFY(Json::parse(*table[0].overrides.columns) == Json::parse(R"({"id": "1", "mood": "sad"})"));
    }

    /// In a time that grows with the table, not with its square.
    void tablesMayHaveThousandsOfColumns() {
        std::string header = "prompt", cells = "a", object = R"({"prompt":"a")";
        for (int i = 0; i < 50'000; ++i) {
            header += ",c" + std::to_string(i);
            cells += ",1";
            object += ",\"c" + std::to_string(i) + "\":\"1\"";
        }
        const auto table = rows_of(header + '\n' + cells + '\n', ListFormat::Csv);
        const auto lines = rows_of(object + '}', ListFormat::JsonLines);
        QVERIFY(Json::parse(*table[0].overrides.columns).size() == 50'000);
        QVERIFY(lines[0].overrides.columns == table[0].overrides.columns);
    }

    /// What writes a value calls itself for each level.
    void columnsAreNotNestedForEver() {
        const auto nested = [](int levels) {  // in the row's own object
            return R"({"prompt": "a", "x": )" + std::string(levels, '[') + std::string(levels, ']') + '}';
        };
        const auto rows = rows_of(nested(63), ListFormat::JsonLines);
        QCOMPARE(Json::parse(*rows[0].overrides.columns).at("x").size(), size_t{1});
        for (const int levels : {64, 200'000})
            QCOMPARE(refusal([&] { rows_of(nested(levels), ListFormat::JsonLines); }),
                     std::string("L, line 1, column 85: it is nested more than 64 levels deep."));
    }

    void aLineMayHaveThousandsOfOptions() {
        std::string line = "--prompt a";
        for (int i = 0; i < 20'000; ++i) line += " --c" + std::to_string(i) + " 1";
        const auto rows = rows_of(line, ListFormat::Text);
        QCOMPARE(Json::parse(*rows[0].overrides.columns).size(), size_t{20'000});
    }

    /// As rows travel to a run that is going on.
    void whatARowOfAClassifierSetsCanBeWrittenAndReadAgain() {
        PromptRow row, again;
        read_prompt_object(R"({"prompt": "a", "text_pair": "b", "top_k": 2, "seed": 5, "label": "x"})", row,
                           ClassifyTask::kind);
        read_prompt_object(prompt_object(row), again, ClassifyTask::kind);
        QVERIFY(again.prompt == "a" && again.overrides.text_pair == "b" && again.overrides.top_k == 2);
        QVERIFY(!again.overrides.seed && again.overrides.columns == row.overrides.columns);
        QVERIFY(Json::parse(*again.overrides.columns) == Json::parse(R"({"label": "x", "seed": 5})"));
    }

    void aNearMissIsSaid() {
        const auto told = [](const char* column) {
            return refusal([&] { rows_of(std::string("prompt,") + column + "\na,1\n", ListFormat::Csv); });
        };
        QCOMPARE(told("temprature"), std::string("L, line 1, column 8: \"temprature\" is not a parameter; write "
                                                 "temperature, or give a column of your own another name."));
        QVERIFY(told("max_new_token").find("write max_new_tokens") != std::string::npos);
        for (const char* own : {"id", "topic", "name", "subject", "language", "step"})
            QCOMPARE(told(own), std::string());
    }

    void templatesAreFilled() {
        TextTask task{.prompt = "cat"};
        task.prompt_template = "{{{prompt}}} is {mood}: {n}";
        task.columns = R"({"mood": "sad", "n": 3})";
        QCOMPARE(task.input(), std::string("{cat} is sad: 3"));
        task.columns = R"({"mood": "sad"})";
        QCOMPARE(refusal([&] { task.check("list.csv, line 2"); }),
                 std::string("list.csv, line 2: the prompt template needs the column n, which is not there."));
        for (const char* wrong : {"{", "{prompt", "}", "{}", "{a{b}}"})
            QVERIFY2(refusal([&] { PromptTemplate{wrong}; }).starts_with("--prompt-template: "), wrong);
    }

    void jsonKeepsEverything() {
        TextTask task = task_with({{"max_new_tokens", "5"}, {"top_k", "3"}, {"stop", R"(["a","b"])"}});
        task.prompt = "x";
        task.seed = 18446744073709551615ULL;
        task.columns = R"({"id":"7"})";
        task.prompt_template = "<{prompt}>";
        Json json;
        task.write(json);
        QVERIFY(TextTask::read(json) == task);
        TextTask{.prompt = "x"}.write(json);
        QCOMPARE(json.size(), size_t{2});  // prompt and seed
    }
};

FANLIGHT_TEST(TstTextTask)
#include "tst_text_task.moc"

#include "core/protocol/run_plan.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

std::string sentence_of(const fs::path& file) {
    try {
        read_plan_file(file);
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

/// What may be wrong with a plan of two models.
struct Fault {
    const char* reason;
    void (*commit)(RunPlan& plan);
};
const Fault faults[] = {
    {"item 1: there is no model 2", [](RunPlan& p) { p.items[1].model = 2; }},
    {"item 1: there is no model -1", [](RunPlan& p) { p.items[1].model = -1; }},
    {"\"fake\" and \"other\" are not on the same devices",
     [](RunPlan& p) { p.others[0].placement.workers[1].device = "x"; }},
    {"are not on the same devices", [](RunPlan& p) { p.others[0].placement.workers.pop_back(); }},
    {"are not on the same devices", [](RunPlan& p) { p.others[0].recipe.device_kind = "another"; }},
    {"model 1 cannot take the place of model 1", [](RunPlan& p) { p.others[0].in_place_of = 1; }},
    {"there is no dtype", [](RunPlan& p) { p.others[0].recipe.dtype = "int3"; }},
    {"stages belong to a pipeline",
     [](RunPlan& p) {
         p.others[0].placement.workers[0].stages = {{"cpu", {0, 1}}};
     }},
};

}  // namespace

/// run.json, which workers on other machines trust no more than any other file.
class TestRunPlan : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;

    fs::path file() const { return fs::path(dir_.path().toStdString()) / "run.json"; }

private Q_SLOTS:
    void aPlanReadsBack_data() {
        QTest::addColumn<int>("stages");
        QTest::newRow("replicas") << 0;
        QTest::newRow("pipelines") << 3;
    }
    void aPlanReadsBack() {
        QFETCH(int, stages);
        RunPlan plan = stages ? fake_pipelines(fake_items(4), 2, stages) : fake_plan(fake_items(4), 2);
        if (!stages) plan.placement = replicas_on(plan.devices);
        plan.split = Split::Even;
        plan.gather = true;
        plan.same_seed = stages != 0;
        write_plan(plan, file());
        const RunPlan read = read_plan_file(file());
        QVERIFY(read.items == plan.items && read.recipe == plan.recipe && read.placement == plan.placement);
        QVERIFY(read.split == Split::Even && read.gather && !read.apply_padding && read.same_seed == plan.same_seed);
    }

    void pairsReadBack() {
        RunPlan plan = fake_plan(fake_items(4), 2);
        plan.placement = replicas_on(plan.devices);
        QCOMPARE(devices_in_use(plan), plan.devices);
        check_for_ranks(plan);
        for (WorkerPlace& worker : plan.placement.workers) worker.cfg_device = "cpu";
        write_plan(plan, file());
        const RunPlan read = read_plan_file(file());
        QVERIFY(read.placement == plan.placement);
        QCOMPARE(devices_in_use(read), (std::vector<std::string>{"cpu+cpu", "cpu+cpu"}));
        QCOMPARE(loads_of(read.placement, read.placement.workers.front(), {}).front().cfg_device, std::string("cpu"));
        QVERIFY_THROWS_EXCEPTION(UsageError, check_for_ranks(read));
        plan.placement.workers.front().cfg_device = "cuda:0";  // which rounds differently
        QVERIFY_THROWS_EXCEPTION(UsageError, check_plan(plan, Place("run.json")));
        RunPlan pipelines = fake_pipelines(fake_items(4), 2, 2);
        pipelines.placement.workers.front().cfg_device = "cpu";
        QVERIFY_THROWS_EXCEPTION(UsageError, check_plan(pipelines, Place("run.json")));
    }

    void aPlanOfSeveralModelsReadsBack() {
        RunPlan plan = fake_plan(fake_items(4), 2);
        plan.placement = replicas_on(plan.devices);
        add_fake_model(plan, "/other", {1, 2});
        plan.others[0].recipe.loras = {{.name = "ink", .hash = "a", .data_hash = "b", .weight = 0.5}};
        plan.others[0].recipe.loras[0].text_encoder_weight = 0.25;
        set_recipes(plan);
        write_plan(plan, file());
        const RunPlan read = read_plan_file(file());
        QVERIFY(read.items == plan.items);
        QCOMPARE(read.models(), 2);
        QVERIFY(read.model(1).recipe == plan.model(1).recipe && read.model(1).placement == plan.placement);
        QCOMPARE(read.model(1).model_folder, std::string("/other"));
        QCOMPARE(recipe_of(read.items[2]).model, std::string("other"));
        QCOMPARE(recipe_of(read.items[3]).model, std::string("fake"));
    }

    void aModelInPlaceOfAnotherReadsBack() {
        RunPlan plan = fake_plan(fake_items(4), 2, 4);
        plan.placement = replicas_on(plan.devices);
        plan.on_oom = OnOom::Any;
        plan.packed_weights = true;
        plan.cache_embeddings = true;
        plan.placement.text_device = "cuda:1";
        plan.placement.encoder_stay = EncoderStay::WhileReading;
        add_fake_model(plan, "/other", {1});
        for (const int replaced : {0, 2}) {
            plan.others.push_back(plan.model(replaced));
            plan.others.back().in_place_of = replaced;
            plan.others.back().recipe.batch_size /= 2;
        }
        plan.items[2].model = 3;
        set_recipes(plan);
        write_plan(plan, file());
        const RunPlan read = read_plan_file(file());
        QVERIFY(read.items == plan.items && read.on_oom == OnOom::Any && read.packed_weights);
        QVERIFY(read.cache_embeddings && read.placement == plan.placement);
        QCOMPARE(recipe_of(read.items[2]).batch_size, 1);
        QVERIFY(latest_model(read, 0) == 3 && latest_model(read, 1) == 1 && latest_model(read, 2) == 3);
        QVERIFY_THROWS_EXCEPTION(UsageError, check_for_ranks(read));
    }

    void modelsThatDoNotGoTogetherAreRefused_data() {
        QTest::addColumn<int>("fault");
        for (size_t fault = 0; fault < std::size(faults); ++fault)
            QTest::newRow(faults[fault].reason) << static_cast<int>(fault);
    }
    void modelsThatDoNotGoTogetherAreRefused() {
        RunPlan plan = fake_plan(fake_items(4), 2);
        plan.placement = replicas_on(plan.devices);
        add_fake_model(plan, "/other", {1, 2});
        QFETCH(int, fault);
        faults[fault].commit(plan);
        write_plan(plan, file());
        const std::string sentence = sentence_of(file());
        QVERIFY2(sentence.find(faults[fault].reason) != std::string::npos, sentence.c_str());
    }

    void aDrawnSeedIsRefused() {
        RunPlan plan = fake_plan(fake_items(1), 1);
        plan.items[0].task = plan.items[0].task.with_seed(987654321);
        write_plan(plan, file());
        std::string text = read_file(file(), 1 << 20);
        text.replace(text.find("987654321"), 9, "-1");
        replace_file(file(), text);
        const std::string sentence = sentence_of(file());
        QVERIFY2(sentence.find("item 0") != std::string::npos && sentence.find("seed") != std::string::npos,
                 sentence.c_str());
    }

    void aFileThatIsNotThereIsNoRun() {
        QVERIFY_THROWS_EXCEPTION(UsageError, read_plan_file(dir_.filePath("none/run.json").toStdString()));
        QVERIFY_THROWS_EXCEPTION(UsageError, read_plan_file(dir_.path().toStdString()));
    }

    void whatIsWrongIsNamed_data() {
        QTest::addColumn<QByteArray>("old");
        QTest::addColumn<QByteArray>("replacement");
        QTest::addColumn<QByteArray>("sentence");
        const auto row = [](const char* name, const char* old, const char* replacement, const char* sentence) {
            QTest::newRow(name) << QByteArray(old) << QByteArray(replacement) << QByteArray(sentence);
        };
        row("a newer file", "\"version\":1", "\"version\":2", "newer Fanlight");
        row("no model", "\"model_folder\"", "\"folder\"", "\"model_folder\" is missing");
        row("an unknown way out", "\"split\"", "\"on_oom\":\"swap\",\"split\"", "choose same or any");
        row("encoders that stay for ever", "\"micro_batches\"", "\"encoder_stay\":\"ever\",\"micro_batches\"",
            "there are always, while_reading and in_turns");
        row("an unknown split", "\"split\":\"pull\"", "\"split\":\"push\"", "it must be pull or even");
        row("a name that leads elsewhere", "\"0.png\"", "\"../0.png\"",
            "item 0: \"../0.png\" is not a plain file name");
        row("a name of ours", "\"0.png\"", "\".fanlight\"", "is not a plain file name");
        row("a name twice", "\"0.png\"", "\"1.png\"", "the file name 1.png is used twice");
        row("a number that does not count up", "\"index\":1", "\"index\":7", "item 1: its index is 7");
        row("a number that is none", "\"index\":1", "\"index\":\"1\"", "item 1: \"index\" has the wrong type (string)");
        row("no micro-batch", "\"batch_size\":1", "\"batch_size\":0",
            "recipe: batch_size must be a whole number from 1 to 1024, not 0");
        row("an unknown mode", "\"mode\":\"pipelined\"", "\"mode\":\"sideways\"", "placement");
        row("stages of a replica", "\"mode\":\"pipelined\"", "\"mode\":\"replicas\"", "stages belong to a pipeline");
        row("a layer in two stages", "\"first\":1", "\"first\":0", "a stage begins at layer 0");
        row("a stage of nothing", "\"last\":1", "\"last\":0", "a stage begins at layer 0");
        row("nothing on its way", "\"micro_batches\":2", "\"micro_batches\":0", "micro_batches must be from 1 to 1024");
        row("more devices than workers", "\"devices\":[", "\"devices\":[\"cpu\",", "not as many workers placed");
        row("an unknown emphasis", "\"steps\":3", "\"steps\":3,\"emphasis\":\"strong\"", "no emphasis");
        row("no chunks", "\"steps\":3", "\"steps\":3,\"chunks\":[[3,0,1]]", "whole numbers from 1");
        row("an unknown emphasis of added rows", "\"gather\"", "\"emphasis\":\"strong\",\"gather\"", "emphasis");
        row("an endless batch", "\"batch_size\":1", "\"batch_size\":4294967297",
            "\"batch_size\" must be a whole number");
        row("too many threads", "\"threads\":1", "\"threads\":1000000000", "threads must be a whole number from 1");
        row("part of a thread", "\"threads\":1", "\"threads\":1.5", "recipe: \"threads\" must be a whole number");
        row("no dtype", "\"dtype\":\"float32\"", "\"dtype\":\"float31\"", "recipe: there is no dtype \"float31\"");
        row("no device", "\"device_kind\":\"cpu\"", "\"device_kind\":\"tpu\"", "device_kind must be cpu or cuda");
        row("an endless width", "\"width\":16", "\"width\":1000000", "item 0: width must be a multiple of 8");
        row("a width beyond numbers", "\"width\":16", "\"width\":2147483648",
            "item 0: \"width\" must be a whole number");
        row("a width below zero", "\"width\":16", "\"width\":-16", "item 0: width must be a multiple of 8");
        row("a seed below zero", "\"seed\":42", "\"seed\":-1", "item 0: \"seed\" must be a whole number from 0");
        row("steps that are true", "\"steps\":3", "\"steps\":true", "item 0: \"steps\" has the wrong type");
        row("no sampler", "\"sampler\":\"euler\"", "\"sampler\":\"best\"", "item 0: sampler must be one of");
        row("a LoRA without end", "\"threads\":1",
            "\"threads\":1,\"loras\":[{\"name\":\"a\",\"file\":\"/dev/"
            "zero\",\"hash\":\"x\",\"data_hash\":\"y\",\"weight\":1}]",
            "recipe, the LoRA \"a\": Cannot read /dev/zero: it is a device, not a file");
        row("a LoRA of any weight", "\"threads\":1",
            "\"threads\":1,\"loras\":[{\"name\":\"a\",\"hash\":\"x\",\"data_hash\":\"y\",\"weight\":1e300}]",
            "the weight of the LoRA \"a\" must be a number from -100 to 100");
        row("a component without end", "\"threads\":1",
            "\"threads\":1,\"components\":[{\"kind\":\"vae\",\"name\":\"a\",\"file\":\"/dev/zero\",\"hash\":\"x\"}]",
            "recipe, \"a\": Cannot read /dev/zero: it is a device, not a file");
        row("a component without a hash", "\"threads\":1", "\"threads\":1,\"components\":[{\"kind\":\"vae\"}]",
            "recipe: ");
        row("layers without end", "\"last\":1", "\"last\":9223372036854775807", "\"last\" must be from 0 to");
        row("a terminal's colours in a name", "\"0.png\"", "\"\\u001b[31m/\"",
            "\"\\x1b[31m/\" is not a plain file name");
        row("cut short", "\n]}", "", "run.json");
        row("a key twice", "\"version\":1", "\"version\":1,\"version\":1", "version");
    }
    void whatIsWrongIsNamed() {
        QFETCH(QByteArray, old);
        QFETCH(QByteArray, replacement);
        QFETCH(QByteArray, sentence);
        write_plan(fake_pipelines(fake_items(2), 1, 2), file());
        QByteArray text = QByteArray::fromStdString(read_file(file()));
        QVERIFY(text.contains(old));
        replace_file(file(), text.replace(old, replacement).toStdString());
        const std::string said = sentence_of(file());
        QVERIFY2(said.find("run.json") != std::string::npos && said.find(sentence.toStdString()) != std::string::npos,
                 said.c_str());
    }

    void nothingToMakeIsRefused() {
        RunPlan plan = fake_plan({}, 1);
        plan.placement = replicas_on(plan.devices);
        write_plan(plan, file());
        QVERIFY_THROWS_EXCEPTION(UsageError, read_plan_file(file()));
    }
};

FANLIGHT_TEST(TestRunPlan)
#include "tst_run_plan.moc"

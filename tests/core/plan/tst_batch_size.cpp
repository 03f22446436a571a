// The batch size that a run chooses for itself: from the model and the weakest device, and from nothing else.

#include "core/plan/batch_size.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/batch/text_task.h"
#include "core/devices/program_memory.h"
#include "core/families/families.h"
#include "core/plan/make_plan.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "tests/support/toy_family/family.h"

using namespace fanlight;

namespace {

const char* const resources = source_path("/resources");
const std::string gpt2 = source_path("/tests/golden/data/language_models/gpt2");
constexpr int context = 256;  // its own

Device card(int number, int64_t memory) {
    return {.id = "cuda:" + std::to_string(number), .kind = "cuda", .name = "Card", .memory_free = memory};
}

Device processor(int64_t memory) { return {.id = "cpu", .kind = "cpu", .name = "Processor", .memory_free = memory}; }

ModelDescription described(int rows, const std::string& dtype = "float32") {
    return describe_model(gpt2, {.dtype = dtype, .tokens = context, .batch_size = rows, .guided = false});
}

/// What a process with so many rows takes of a card.
int64_t needed_on_card(int rows) {
    const ModelDescription model = described(rows);
    return model.bytes() + model.working_bytes() + program_memory_on("cuda:0");
}

PlanRequest request_of(const std::string& task, const std::string& model, int prompts) {
    PlanRequest request{.task = task, .model = model, .batch_size = PlanRequest::auto_batch_size};
    request.dtype = "float32";
    for (int i = 0; i < prompts; ++i) request.rows.push_back({"the cat " + std::string(40 * i, 'x'), {}, "Prompt"});
    return request;
}

PlannedRun planned(const PlanRequest& request, const std::vector<Device>& devices) {
    return make_plan(request, resources, "--", devices, "");
}

PlannedRun planned_texts(const std::vector<Device>& devices, int prompts = 1, const std::string& names = "all") {
    PlanRequest request = request_of("text", gpt2, prompts);
    request.devices = names;
    return planned(request, devices);
}

}  // namespace

class TestBatchSize : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::string toy_;  ///< a model of images with three layers

    std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

    /// The worker program from here on takes so many seconds for each layer of a micro-batch of 1, 2, 4 and 8; it
    /// fails where that is empty.
    void set_worker(const QStringList& seconds) {
        QFile::remove(folder_.filePath("calls"));
        QDir(folder_.filePath("cache")).removeRecursively();
        QString script = "#!/bin/sh\necho \"$@\" >> " + folder_.filePath("calls") + "\ncase \"$*\" in\n";
        for (int i = 0; i < seconds.size(); ++i)
            script += QString("*'--batch-size %1 '*) ").arg(1 << i) +
                      (seconds[i].isEmpty() ? QString("echo 'fanlight-worker: out of memory' >&2; exit 1")
                                            : QString("echo '{\"layer_seconds\": [%1, %1, %1]}'").arg(seconds[i])) +
                      " ;;\n";
        replace_file(path("worker"), script.toStdString() + "esac\n");
        QFile::setPermissions(folder_.filePath("worker"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("FANLIGHT_WORKER", path("worker").c_str());
    }

    QList<QByteArray> calls() const {
        QFile file(folder_.filePath("calls"));
        return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().split('\n') : QList<QByteArray>();
    }

    PlannedRun planned_images(int prompts = 1, const std::string& devices = "cpu", int64_t memory = 64'000'000'000) {
        PlanRequest request = request_of("image", toy_, prompts);
        request.devices = devices;
        return planned(request, {processor(memory)});
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", folder_.filePath("cache").toUtf8());
        qputenv("FANLIGHT_WORKER", "/nowhere/worker");
        add_family(toy::family());
        toy_ = path("toy");
        for (const char* part : {"network", "scheduler"}) QVERIFY(QDir(folder_.path()).mkpath(QString("toy/") + part));
        replace_file(toy_ + "/model_index.json",
                     R"({"_class_name": "ToyPipeline", "network": ["toy", "ToyNetwork"],
                         "scheduler": ["diffusers", "EulerDiscreteScheduler"]})");
        replace_file(toy_ + "/network/config.json", R"({"layers": 3, "width": 25000000})");
        replace_file(toy_ + "/scheduler/scheduler_config.json", R"({"_class_name": "EulerDiscreteScheduler"})");
    }

    // Texts

    void theMemoryOfTheDeviceLimitsTheRows() {
        for (const int rows : {2, 8, 32}) {
            const int64_t enough = needed_on_card(rows);
            const PlannedRun just = planned_texts({card(0, enough)}), short_of = planned_texts({card(0, enough - 1)});
            QCOMPARE(just.recipe.batch_size, rows);
            QCOMPARE(short_of.recipe.batch_size, rows / 2);
            QVERIFY2(
                just.batch_size_why.text().starts_with("cuda:0 has room for " + std::to_string(rows) +
                                                       " rows of 256 tokens, and not for " + std::to_string(2 * rows)),
                just.batch_size_why.text().c_str());
        }
    }

    void moreThanGainsIsNotTaken() {
        const PlannedRun on_card = planned_texts({card(0, 100'000'000'000)}),
                         on_cpu = planned_texts({processor(100'000'000'000)});
        QCOMPARE(on_card.recipe.batch_size, 64);
        QCOMPARE(on_cpu.recipe.batch_size, 32);
        QCOMPARE(text_of(on_cpu.batch_size()), std::string("batch size 32 (auto: more rows gain little on a CPU)"));
    }

    void theWeakestDeviceDecides() {
        const Device large = card(0, 100'000'000'000), small = card(1, needed_on_card(4));
        QCOMPARE(planned_texts({large, small}).recipe.batch_size, 4);
        QVERIFY(planned_texts({large, small}).batch_size_why.text().starts_with("cuda:1 has room"));
        QCOMPARE(planned_texts({large, small}, 1, "cuda:0").recipe.batch_size, 64);
    }

    void whatIsLeftToOtherProgramsIsNotThere() {
        PlanRequest request = request_of("text", gpt2, 1);
        Device device = card(0, needed_on_card(16));
        device.memory_total = device.memory_free;
        QCOMPARE(planned(request, {device}).recipe.batch_size, 16);
        request.reserve.each = 1000;
        QCOMPARE(planned(request, {device}).recipe.batch_size, 8);
    }

    void neitherTheListNorTheWorkersCount() {
        const ModelDescription eight = described(8);
        const Device device = processor(eight.bytes() + 4 * (eight.working_bytes() + ProgramMemory::cpu_process));
        for (const int prompts : {1, 3, 100})
            for (const char* devices : {"cpu", "cpu,cpu", "cpu,cpu,cpu,cpu"})
                QCOMPARE(planned_texts({device}, prompts, devices).recipe.batch_size, 8);
        const std::vector<Device> cards = {card(0, needed_on_card(16)), card(1, needed_on_card(16))};
        for (const char* devices : {"cuda:0", "cuda:0,cuda:1"})
            QCOMPARE(planned_texts(cards, 5, devices).recipe.batch_size, 16);
    }

    /// As far as the options allow, within the model's context.
    void longerTextsTakeFewerRows() {
        PlanRequest request = request_of("text", source_path("/tests/golden/data/language_models/t5"), 1);
        const std::vector<Device> devices = {card(0, 1'200'000'000)};
        request.parameters["max_new_tokens"] = "16";
        const int rows = planned(request, devices).recipe.batch_size;
        request.parameters["max_new_tokens"] = "16000";
        const PlannedRun longer = planned(request, devices);
        QVERIFY2(longer.recipe.batch_size < rows, longer.batch_size_why.text().c_str());
        request.rows[0].overrides.max_new_tokens = 4;  // of a row, which does not count
        QCOMPARE(planned(request, devices).recipe.batch_size, longer.recipe.batch_size);
    }

    void aModelThatIsTooLargeForADeviceIsMadeAsUsual() {
        const PlannedRun run = planned_texts({card(0, program_memory_on("cuda:0"))});
        QCOMPARE(run.recipe.batch_size, 8);
        QVERIFY2(run.batch_size_why.text() == "the default, since cuda:0 has no room for the whole model",
                 run.batch_size_why.text().c_str());
        const int64_t weights = described(1).bytes() + program_memory_on("cuda:0");
        QCOMPARE(planned_texts({card(0, weights)}).recipe.batch_size, 1);
    }

    void judgementsAreMadeAsUsual() {
        const PlannedRun scores = planned(request_of("score", gpt2, 2), {card(0, 1'000'000'000)});
        QCOMPARE(scores.recipe.batch_size, 8);
        QCOMPARE(text_of(scores.batch_size()),
                 std::string("batch size 8 (auto: the default, since texts are read one at a time)"));
        const std::string bert = source_path("/tests/golden/data/classifiers/bert");
        QCOMPARE(planned(request_of("classify", bert, 2), {processor(1'000'000'000)}).recipe.batch_size, 8);
    }

    void everyItemHasTheNumber() {
        const PlannedRun run = planned_texts({processor(100'000'000'000)}, 3);
        for (const Item& item : run.items) QCOMPARE(recipe_of(item).batch_size, 32);
    }

    void theNumberIsKept() {
        PlannedRun run = planned_texts({card(0, needed_on_card(16))}, 3);
        run.recipe.model_hash = std::string(64, '0');
        set_recipes(run);
        write_plan(run, path("run.json"));
        QCOMPARE(read_plan_file(path("run.json")).recipe.batch_size, 16);
    }

    void whatIsAskedForIsTaken() {
        PlanRequest request = request_of("text", gpt2, 1);
        for (const auto& [asked, taken] : {std::pair{0, 8}, {5, 5}}) {
            request.batch_size = asked;
            const PlannedRun run = planned(request, {processor(1'000'000'000)});
            QCOMPARE(text_of(run.batch_size()), "batch size " + std::to_string(taken));
        }
    }

    // Images

    void imagesTakeWhatGainsEnough_data() {
        QTest::addColumn<QStringList>("seconds");
        QTest::addColumn<int>("expected");
        QTest::addColumn<QString>("why");
        const auto row = [](const char* name, const QStringList& seconds, int expected, const char* why) {
            QTest::newRow(name) << seconds << expected << QString(why);
        };
        row("nothing", {"1", "2"}, 1, "2 at a time make no more images on cpu");
        row("too little", {"1", "1.95"}, 1, "2 at a time make only 2 % more images on cpu");
        row("as far as four", {"1", "1.5", "2.5", "5"}, 4, "8 at a time make no more images on cpu");
        row("as far as eight", {"1", "1.5", "2.5", "4"}, 8, "no more are tried");
        row("what runs out of memory", {"1", "1.5", ""}, 2,
            "4 images could not be timed in a few seconds: out of memory");
        row("what cannot be timed at all", {""}, 1, "1 image could not be timed in a few seconds: out of memory");
    }
    void imagesTakeWhatGainsEnough() {
        QFETCH(QStringList, seconds);
        QFETCH(int, expected);
        QFETCH(QString, why);
        set_worker(seconds);
        const PlannedRun run = planned_images();
        QCOMPARE(QString::fromStdString(run.batch_size_why.text()), why);
        QCOMPARE(run.recipe.batch_size, expected);
    }

    /// With all threads, however many workers are to share them.
    void layersAreTimedOnceAndInHaste() {
        set_worker({"1", "1.5", "3"});
        for (const char* devices : {"cpu", "cpu,cpu"})
            for (const int prompts : {1, 3}) QCOMPARE(planned_images(prompts, devices).recipe.batch_size, 2);
        QCOMPARE(calls().size(), 3);
        QVERIFY2(calls()[0].endsWith("--threads " + QByteArray::number(cpu_device().cores) + " --rounds-seconds 2"),
                 calls()[0].constData());
    }

    void whatFitsIsFoundBeforeItIsTimed() {
        set_worker({"1", "1"});
        const PlannedRun run = planned_images(1, "cpu", 100'000'000);
        QCOMPARE(run.recipe.batch_size, 1);
        QCOMPARE(run.batch_size_why.text(), std::string("cpu has no room for 1 image"));
        QVERIFY(calls().isEmpty());
    }

    void whatIsOnlyAssumedCannotBeTimed() {
        set_worker({"1", "1"});
        PlanRequest request = request_of("image", toy_, 1);
        const PlannedRun run = planned(request, {{.id = "cuda:0", .kind = "cuda", .memory_free = 24'000'000'000}});
        QCOMPARE(run.recipe.batch_size, 1);
        QVERIFY2(run.batch_size_why.text().starts_with("cuda:0 is only assumed"), run.batch_size_why.text().c_str());
        QVERIFY(calls().isEmpty());
    }
};

FANLIGHT_TEST(TestBatchSize, QCoreApplication)
#include "tst_batch_size.moc"

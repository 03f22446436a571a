#include "core/run/run_folder.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "core/config/model_catalog.h"
#include "core/output/manifest.h"
#include "core/run/finished_rows.h"
#include "tests/support/fake_runs.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

/// Records an item as done, with a file to prove it.
void finish(RunFolder& run, int64_t item, const std::string& bytes) {
    const std::string name = run.plan.items[item].place;
    commit_file(run.path, name, bytes);
    run.journal.append({Result{item, ResultFile{name, sha256_hex(bytes), static_cast<int64_t>(bytes.size())}}});
}

/// The message of the Error that `call` throws.
template <typename Call>
std::string message_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

}  // namespace

class TestRunFolder : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path out_;

private Q_SLOTS:
    void init() { out_ = fs::path(dir_.path().toStdString()) / QTest::currentTestFunction() / "out"; }

    void anotherModelThanBeforeCannotFinishTheRun() {
        const fs::path model = out_.parent_path() / "model";
        for (const char* part : {"scheduler", "text_encoder", "tokenizer", "unet", "vae"})
            fs::create_directories(model / part);
        replace_file(model / "model_index.json", "{\"_class_name\": \"StableDiffusionPipeline\"}");
        auto plan = fake_plan(fake_items(2), 1);
        plan.model_folder = model.string();
        plan.recipe.model_hash = model_hash(model);
        { RunFolder begun = create_run(out_, plan); }
        QCOMPARE(resume_run(out_).pending, (std::vector<int64_t>{0, 1}));
        replace_file(model / "model_index.json", "{\"_class_name\":  \"StableDiffusionPipeline\"}");
        const std::string message = message_of([&] { resume_run(out_); });
        QVERIFY2(message.find("has changed since the run in ") != std::string::npos, message.c_str());
    }

    /// Whoever lists the run's files would look for one that is not there.
    void aTextIsNoResultOfAPicture() {
        RunFolder run = create_run(out_, fake_plan(fake_items(2), 1));
        finish(run, 0, "x");
        run.journal.append({Result{1, ResultRecord{"a text"}}});
        const std::string message = message_of([&] { finished_rows(out_); });
        QVERIFY2(message.ends_with(": the journal records a text as item 1, which is \"" + run.plan.items[1].place +
                                   "\"; resume the run"),
                 message.c_str());
    }

    void anotherLoraThanBeforeCannotFinishTheRun() {
        const fs::path file = out_.parent_path() / "sketch.safetensors";
        fs::create_directories(file.parent_path());
        replace_file(file, "as it was");
        auto plan = fake_plan(fake_items(2), 1);
        plan.recipe.loras = {
            {.name = "sketch", .file = file.string(), .hash = sha256_hex_of_file(file), .weight = 0.8}};
        { RunFolder begun = create_run(out_, plan); }
        QVERIFY(resume_run(out_).plan.recipe == plan.recipe);
        replace_file(file, "another");
        const std::string message = message_of([&] { resume_run(out_); });
        QVERIFY2(message.find("The LoRA " + file.string() + " has changed since the run in ") != std::string::npos,
                 message.c_str());
    }

    void anotherComponentThanBeforeCannotFinishTheRun() {
        const fs::path folder = out_.parent_path() / "vae", file = folder / "config.json";
        fs::create_directories(folder);
        replace_file(file, "as it was");
        auto plan = fake_plan(fake_items(2), 1);
        plan.recipe.components = {{vae_kind, "vae", folder.string(), component_hash(folder)}};
        { RunFolder begun = create_run(out_, plan); }
        QVERIFY(resume_run(out_).plan.recipe == plan.recipe);
        replace_file(file, "another");
        std::string message = message_of([&] { resume_run(out_); });
        QVERIFY2(message.find(folder.string() + " has changed since the run in ") != std::string::npos,
                 message.c_str());
        fs::remove_all(folder);
        message = message_of([&] { resume_run(out_); });
        QVERIFY2(message.find(folder.string() + ", with which the run in ") != std::string::npos, message.c_str());
        QVERIFY2(message.find("is not there any more; restore it") != std::string::npos, message.c_str());
    }

    void thePlanReadsBack() {
        auto plan = fake_plan(fake_items(3), 2, 4);
        plan.split = Split::Even;
        plan.apply_padding = true;
        plan.devices = {"cpu", "cuda:1"};
        plan.items[1].task.edit<ImageTask>().prompt = "كلب \xF0\x9F\x90\x95\n\"quoted\"";
        plan.items[2].task.edit<ImageTask>().seed = UINT64_MAX;
        const RunFolder run = create_run(out_, plan);
        QVERIFY(fs::is_directory(run.logs()));
        QCOMPARE(run.pending, (std::vector<int64_t>{0, 1, 2}));
        const RunPlan read = read_plan(out_);
        QCOMPARE(read.model_folder, plan.model_folder);
        QVERIFY(read.recipe == plan.recipe && read.items == plan.items);
        QCOMPARE(read.devices, plan.devices);
        QVERIFY(read.split == Split::Even && read.apply_padding);
    }

    void aFolderThatHoldsARunIsRefused() {
        {
            RunFolder run = create_run(out_, fake_plan(fake_items(1), 1));
            finish(run, 0, "picture");
        }
        const auto again = [&] { create_run(out_, fake_plan(fake_items(1), 1)); };
        const std::string message = message_of(again);
        QVERIFY2(message.find("holds a run already: finish it with --resume") != std::string::npos, message.c_str());
        QVERIFY_EXCEPTION_THROWN(again(), UsageError);
    }

    void aRunThatMadeNothingGivesWay() {
        create_run(out_, fake_plan(fake_items(9), 1)).journal.append({WorkerRecord{0, "fenced", "no such model"}});
        auto plan = fake_plan(fake_items(2), 1);
        plan.model_folder = "/another";
        create_run(out_, plan);
        const RunFolder run = resume_run(out_);
        QCOMPARE(run.plan.model_folder, std::string("/another"));
        QCOMPARE(run.pending, (std::vector<int64_t>{0, 1}));
    }

    void aFolderWhoseOwnerIsAtWorkIsRefused() {
        const RunFolder run = create_run(out_, fake_plan(fake_items(1), 1));
        const std::string message = message_of([&] { create_run(out_, fake_plan(fake_items(1), 1)); });
        QVERIFY2(message.starts_with("Another fanlight is running in " + out_.string() + ": "), message.c_str());
    }

    void aFileInTheWayIsRefusedAndNothingIsWritten() {
        fs::create_directories(out_);
        commit_file(out_, "1.png", "mine");
        const std::string message = message_of([&] { create_run(out_, fake_plan(fake_items(2), 1)); });
        QVERIFY2(message.find("1.png exists already") != std::string::npos, message.c_str());
        QCOMPARE(std::distance(fs::directory_iterator(out_), {}), 1);
    }

    void otherFilesOfTheUserStay() {
        fs::create_directories(out_);
        commit_file(out_, "notes.txt", "mine");
        create_run(out_, fake_plan(fake_items(2), 1));
        QCOMPARE(read_file(out_ / "notes.txt"), std::string("mine"));
    }

    void aFolderThatCannotBeMadeIsOneSentence_data() {
        QTest::addColumn<QString>("path");
        QTest::newRow("below a file") << "/etc/passwd/out";
        QTest::newRow("a file") << "/etc/passwd";
        QTest::newRow("a file system that takes no files") << "/proc/out";
    }
    void aFolderThatCannotBeMadeIsOneSentence() {
        QFETCH(QString, path);
        const std::string message = message_of([&] { create_run(path.toStdString(), fake_plan(fake_items(1), 1)); });
        QVERIFY2(message.starts_with("Cannot create the folder " + path.toStdString() + ": "), message.c_str());
    }

    void aPlanThatMakesNoSenseIsRefused_data() {
        using Change = std::function<void(RunPlan&)>;
        QTest::addColumn<Change>("change");
        QTest::newRow("no items") << Change([](RunPlan& p) { p.items.clear(); });
        QTest::newRow("no devices") << Change([](RunPlan& p) { p.devices.clear(); });
        QTest::newRow("batch size 0") << Change([](RunPlan& p) { p.recipe.batch_size = 0; });
        QTest::newRow("wrong index") << Change([](RunPlan& p) { p.items[1].index = 5; });
        QTest::newRow("same name") << Change([](RunPlan& p) { p.items[1].place = p.items[0].place; });
        QTest::newRow("endless prompt") << Change(
            [](RunPlan& p) { p.items[0].task.edit<ImageTask>().prompt.resize(1 << 20); });
        for (const char* name : {"", ".", "..", "../x.png", "a/b.png", "/x.png", ".hidden.png"})
            QTest::addRow("file name \"%s\"", name) << Change([=](RunPlan& p) { p.items[0].place = name; });
    }
    void aPlanThatMakesNoSenseIsRefused() {
        QFETCH(std::function<void(RunPlan&)>, change);
        auto plan = fake_plan(fake_items(2), 1);
        change(plan);
        QVERIFY_EXCEPTION_THROWN(create_run(out_, plan), UsageError);
        QVERIFY(!fs::exists(out_));
    }

    void aDamagedRunFileIsNamed_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("not JSON") << QByteArray("{\"version\": 1,");
        QTest::newRow("no object") << QByteArray("[]");
        QTest::newRow("other version") << QByteArray("{\"version\": 2}");
        QTest::newRow("no items") << QByteArray("{\"version\": 1, \"model_folder\": \"/m\"}");
        QTest::newRow("deep") << QByteArray(100'000, '[');
    }
    void aDamagedRunFileIsNamed() {
        QFETCH(QByteArray, text);
        fs::create_directories(out_ / ".fanlight");
        replace_file(out_ / ".fanlight" / "run.json", text.toStdString());
        const std::string message = message_of([&] { resume_run(out_); });
        QVERIFY2(message.find("run.json") != std::string::npos, message.c_str());
    }

    void runFilesWithChangedValuesAreRefused() {
        create_run(out_, fake_plan(fake_items(1), 1));
        const fs::path file = out_ / ".fanlight" / "run.json";
        const Json good = read_json_file(file);
        for (const auto& [pointer, value] : std::map<std::string, Json>{{"/split", "odd"},
                                                                        {"/devices", 3},
                                                                        {"/items/0/file", "../../evil.png"},
                                                                        {"/items/0/index", 7},
                                                                        {"/items/0/parameters", nullptr},
                                                                        {"/recipe/batch_size", "one"}}) {
            Json bad = good;
            bad[Json::json_pointer(pointer)] = value;
            replace_file(file, bad.dump());
            const std::string message = message_of([&] { resume_run(out_); });
            QVERIFY2(message.starts_with(file.string()), message.c_str());
        }
    }

    void aFolderThatJsonCannotNameIsRefused() {
        const fs::path folder = out_.string() + "-\xff";
        const std::string message = message_of([&] { create_run(folder, fake_plan(fake_items(1), 1)); });
        QVERIFY2(message.find("is not UTF-8; give another folder with -o") != std::string::npos, message.c_str());
        QVERIFY(!fs::exists(folder));
    }

    void aFolderWithoutARunCannotBeResumed() {
        const std::string message = message_of([&] { resume_run("/etc"); });
        QVERIFY2(message.starts_with("/etc holds no run"), message.c_str());
    }

    void resumeLeavesWhatIsMissing() {
        {
            RunFolder run = create_run(out_, fake_plan(fake_items(4), 1));
            finish(run, 2, "picture");
            run.journal.append({FailedRecord{3, "nan", "tried again on resume"}});
            replace_file(out_ / ".0.png.123-0.part", "half");
            fs::rename(out_ / ".0.png.123-0.part", out_ / ".0.png.1-0.part");
        }
        const RunFolder run = resume_run(out_);
        QCOMPARE(run.pending, (std::vector<int64_t>{0, 1, 3}));
        QCOMPARE(run.done.size(), size_t{1});
        QVERIFY(run.warnings.empty());
        QCOMPARE(files_in(out_).size(), size_t{1});
    }

    void doneFilesAreHeldAgainstTheJournal_data() {
        using Damage = std::function<void(const fs::path&)>;
        QTest::addColumn<Damage>("damage");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<bool>("kept");
        QTest::newRow("missing") << Damage([](const fs::path& f) { fs::remove(f); }) << "is missing" << false;
        QTest::newRow("shorter") << Damage([](const fs::path& f) { fs::resize_file(f, 3); }) << "another size" << true;
        QTest::newRow("changed") << Damage([](const fs::path& f) { replace_file(f, "Picture"); }) << "another SHA-256"
                                 << true;
        QTest::newRow("a folder") << Damage([](const fs::path& f) { fs::remove(f), fs::create_directory(f); })
                                  << "not a regular file" << true;
    }
    void doneFilesAreHeldAgainstTheJournal() {
        QFETCH(std::function<void(const fs::path&)>, damage);
        QFETCH(QString, reason);
        out_ /= QTest::currentDataTag();
        {
            RunFolder run = create_run(out_, fake_plan(fake_items(2), 1));
            finish(run, 0, "picture");
            finish(run, 1, "picture");
        }
        damage(out_ / "1.png");
        const RunFolder run = resume_run(out_);
        QCOMPARE(run.pending, (std::vector<int64_t>{1}));
        QCOMPARE(run.warnings.size(), size_t{1});
        QVERIFY2(run.warnings[0].text().find(reason.toStdString()) != std::string::npos,
                 run.warnings[0].text().c_str());
        QVERIFY(!fs::exists(out_ / "1.png"));
        QTEST(fs::exists(out_ / ".fanlight" / "replaced" / "1.png"), "kept");
    }

    void theManifestTellsOfWhatIsDone() {
        RunFolder run = create_run(out_, fake_plan(fake_items(3), 1));
        finish(run, 2, "picture");
        finish(run, 0, "picture");
        run.done.insert(0);
        run.done.insert(2);
        write_manifest(run);
        const auto rows = read_manifest_jsonl(out_ / "manifest.jsonl");
        QCOMPARE(rows.size(), size_t{2});
        QCOMPARE(rows[0].item, run.plan.items[0]);
        QCOMPARE(rows[1].item, run.plan.items[2]);
        QCOMPARE(rows[1].made.file()->sha256, sha256_hex("picture"));
        QCOMPARE(rows[1].recipe(), run.plan.recipe);
    }

    void textsThatItemsShareAreInMemoryOnce() {
        auto items = fake_items(2);
        for (Item& item : items) item.task.edit<ImageTask>().negative_prompt = "blurry";
        create_run(out_, fake_plan(items, 1));
        const RunPlan plan = read_plan(out_);
        QCOMPARE(plan.items, items);
        QCOMPARE(&image_of(plan.items[0]).negative_text(), &image_of(plan.items[1]).negative_text());
    }

    void aRecordOfAnotherFileProvesNothing() {
        {
            RunFolder run = create_run(out_, fake_plan(fake_items(1), 1));
            run.journal.append({Result{0, ResultFile{"../out/other.png", sha256_hex(""), 0}},
                                Result{99, ResultFile{"99.png", sha256_hex(""), 0}}});
        }
        QCOMPARE(resume_run(out_).pending, (std::vector<int64_t>{0}));
    }
};

FANLIGHT_TEST(TestRunFolder)
#include "tst_run_folder.moc"

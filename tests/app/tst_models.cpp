#include <QDir>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>

#include "core/base/json.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;

/// `fanlight models` and models of all kinds, as a user has them.
class TestModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachModelSaysItsFamilyAndItsSize() {
        const QTemporaryDir home;
        for (const char* name : {"HOME", "XDG_DATA_HOME", "HF_HOME"}) qputenv(name, home.path().toUtf8());
        qputenv("FANLIGHT_RESOURCES", fanlight::source_path("/resources"));
        QVERIFY(QDir(home.path()).mkpath("fanlight/models"));
        QFile broken(home.filePath("fanlight/models/broken.safetensors"));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("no checkpoint") > 0);
        broken.close();
        const std::filesystem::path seeing = home.filePath("fanlight/models/seeing").toStdString();
        std::filesystem::copy(fanlight::source_path("/tests/golden/data/language_models/qwen3_vl"), seeing);
        QProcess program;
        program.start(fanlight::build_path("/fanlight"), {"models"});
        QVERIFY(program.waitForFinished());
        const QStringList lines = QString(program.readAllStandardOutput()).trimmed().split('\n');
        QCOMPARE(lines.size(), 4);
        const QRegularExpression starter(
            "^starter +StableDiffusion +float(16|32) +\\d+\\.\\d\\d MB  /.*/starter/model  fits on .*cpu$");
        QVERIFY2(starter.match(lines[0]).hasMatch(), qPrintable(lines[0]));
        const QRegularExpression text(
            "^starter-text +LlamaForCausalLM +b?float(16|32) +[34]\\.\\d\\d MB  /.*/starter_text/model  fits on "
            ".*cpu$");
        QVERIFY2(text.match(lines[1]).hasMatch(), qPrintable(lines[1]));
        QVERIFY2(lines[2].startsWith("broken") && lines[2].contains("  cannot be used: "), qPrintable(lines[2]));
        const QRegularExpression both(
            "^seeing +Qwen3VLForConditionalGeneration +b?float(16|32) +\\d+\\.\\d\\d KB  /.*/seeing  fits on .*cpu$");
        QVERIFY2(both.match(lines[3]).hasMatch(), qPrintable(lines[3]));
        for (const QString& line : lines)  // long names of families push no column aside
            QCOMPARE(line.indexOf("B  /"), lines[0].indexOf("B  /"));
    }

    void foldersOfOtherProgramsAreSearched() {
        const PrivateHome home;
        const QString comfy = home.path("ComfyUI");
        write_single_file("sd1", (comfy + "/models/checkpoints/anime/dreams.safetensors").toStdString());
        const QStringList drawn = {"generate", "a cat", "--devices", "cpu",     "-m", "dreams", "-W",
                                   "32",       "-H",    "32",        "--steps", "1",  "-o"};
        const ProgramResult missing = run_fanlight(drawn + QStringList{home.path("a")});
        QVERIFY2(missing.status == 2 && missing.err.contains("There is no model \"dreams\""), qPrintable(missing.err));
        const ProgramResult once = run_fanlight(drawn + QStringList{home.path("a"), "--models-dir", comfy});
        QVERIFY2(once.status == 0, qPrintable(once.err));

        const ProgramResult added = run_fanlight({"models", "--json", "--add-dir", comfy + "/"});
        QVERIFY2(added.status == 0, qPrintable(added.err));
        const Json found = Json::parse(added.out.trimmed().split('\n').last().toStdString());
        QCOMPARE(found.at("name").get<std::string>(), std::string("anime/dreams"));
        QCOMPARE(found.at("family").get<std::string>(), std::string("StableDiffusion"));
        QVERIFY(found.at("fits").get<std::vector<std::string>>() == std::vector<std::string>{"cpu"});
        QVERIFY(run_fanlight(drawn + QStringList{home.path("b")}).status == 0);
        QCOMPARE(images_in(home.path("b")), images_in(home.path("a")));
        const QString image = home.path("b/") + QDir(home.path("b")).entryList({"*.png"}, QDir::Files).value(0);
        QCOMPARE(run_fanlight({"replay", image, "-o", home.path("c")}).status, 0);  // found by its name

        QVERIFY(QDir().rename(comfy, comfy + "-away"));
        const ProgramResult unmounted = run_fanlight({"models"});
        QVERIFY(unmounted.status == 0 && unmounted.err.contains("There is no folder " + comfy));
        QCOMPARE(run_fanlight({"models", "--remove-dir", comfy}).status, 0);
        QCOMPARE(run_fanlight({"models"}).err, QString());
        const ProgramResult unknown = run_fanlight({"models", "--remove-dir", comfy});
        QVERIFY(unknown.status == 2 && unknown.err.contains("No folder with more models is remembered"));
    }

    void stylesGoAroundPrompts() {
        const PrivateHome home;
        QVERIFY(QDir().mkpath(home.path("data/fanlight/styles")));
        written(home, "data/fanlight/styles/mine.csv", "name,prompt,negative_prompt\nfilm,still of {prompt},cartoon\n");
        const QString list = written(home, "list.jsonl",
                                     "{\"prompt\": \"a dog\"}\n{\"prompt\": \"a cat\", \"styles\": \"none\"}\n"
                                     "{\"prompt\": \"a cow\", \"styles\": [\"Film\"], \"negative_prompt\": \"fog\"}\n");
        const ProgramResult ended = run_fanlight({"generate", "-p", list, "--style", "film", "-n", "blurry",
                                                  "--devices", "cpu", "--prepare", "-o", home.path("a")});
        QVERIFY2(ended.status == 0, qPrintable(ended.err));
        const QByteArray plan = content_of(home.path("a/.fanlight/run.json"));
        for (const char* text : {"still of a dog", "blurry, cartoon", "\"a cat\"", "still of a cow", "fog, cartoon"})
            QVERIFY2(plan.contains(text), text);
        const ProgramResult unknown = run_fanlight({"generate", "a dog", "--style", "noir", "--dry-run"});
        QCOMPARE(unknown.status, 2);
        QVERIFY2(unknown.err.contains("there is no style \"noir\"; there are film."), qPrintable(unknown.err));
    }

    void aModelWhoseSchedulerIsNotKnownIsDrawnBySamplersThatAre() {
        const PrivateHome home;
        const QString model = home.path("m"), output = home.path("o");
        std::filesystem::copy(source_path("/resources/starter/model"), model.toStdString(),
                              std::filesystem::copy_options::recursive);
        for (const QString& name : {model + "/model_index.json", model + "/scheduler/scheduler_config.json"}) {
            QFile file(name);
            file.setPermissions(file.permissions() | QFile::WriteOwner);
            const QByteArray text = content_of(name).replace("DDIMScheduler", "EDMEulerScheduler");
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        }
        const QStringList drawn = {"generate", "a cat", "--devices", "cpu", "-m", model, "--steps", "1", "-o", output};
        const ProgramResult refused = run_fanlight(drawn);
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains("The scheduler of the model m, EDMEulerScheduler, is not known; choose a "
                                      "sampler in its place (--sampler): ddim, pndm, euler, "),
                 qPrintable(refused.err));
        const ProgramResult made = run_fanlight(drawn + QStringList{"--sampler", "euler"});
        QVERIFY2(made.status == 0, qPrintable(made.err));
        QCOMPARE(images_in(output).size(), 1);
        const ProgramResult row = run_fanlight({"generate", "--devices", "cpu", "-m", model, "--dry-run", "-p",
                                                written(home, "list.jsonl", R"({"prompt": "a", "sampler": "ddim"})")});
        QVERIFY2(row.status == 0, qPrintable(row.err));
    }

    /// Before a worker is started.
    void aSchedulerThatNoSamplerCanFollowIsRefused() {
        const PrivateHome home;
        const QString model = home.path("m");
        std::filesystem::copy(source_path("/resources/starter/model"), model.toStdString(),
                              std::filesystem::copy_options::recursive);
        QFile file(model + "/scheduler/scheduler_config.json");
        file.setPermissions(file.permissions() | QFile::WriteOwner);
        const QByteArray text = content_of(file.fileName()).replace("scaled_linear", "sigmoid");
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        file.close();
        for (const QStringList& command : {QStringList{"plan"}, QStringList{"generate"}, {"generate", "--dry-run"}}) {
            const ProgramResult ended = run_fanlight(command + QStringList{"a cat", "-m", model});
            QCOMPARE(ended.status, 2);
            QCOMPARE(ended.err,
                     QString("fanlight: Prompt 1: scheduler_config.json: \"beta_schedule\" is \"sigmoid\", but "
                             "must be one of linear, scaled_linear and squaredcos_cap_v2.\n"));
        }
    }

    void whatASingleFilePredictsIsSaidAndKept() {
        const PrivateHome home;
        const QString model = home.path("dreams-v-pred.safetensors");
        write_single_file("sd1", model.toStdString());
        const QStringList drawn = {"generate", "a cat", "--devices", "cpu", "-m",      model,
                                   "-W",       "32",    "-H",        "32",  "--steps", "1"};
        const ProgramResult made = run_fanlight(drawn + QStringList{"-o", home.path("a")});
        QVERIFY2(made.status == 0, qPrintable(made.err));
        QVERIFY2(made.err.contains("The model dreams-v-pred predicts v_prediction, as its name says; give --prediction "
                                   "if that is wrong.\n"),
                 qPrintable(made.err));
        QVERIFY(content_of(home.path("a/.fanlight/run.json")).contains("\"prediction\":\"v_prediction\""));
        for (const QStringList& command : {QStringList{"plan"},
                                           QStringList{"plan", "--json"},
                                           {"generate", "--dry-run"},
                                           {"generate", "--dry-run", "--json"}}) {
            const ProgramResult told = run_fanlight(command + QStringList{"a cat", "-m", model});
            QVERIFY2(
                told.status == 0 && told.err.contains("The model dreams-v-pred predicts v_prediction, as its name "),
                qPrintable(told.output()));
        }

        // The picture keeps it, whatever the file is called later.
        const QString renamed = home.path("dreams.safetensors");
        QVERIFY(QFile::rename(model, renamed));
        const QString image = home.path("a/") + QDir(home.path("a")).entryList({"*.png"}, QDir::Files).value(0);
        const ProgramResult again = run_fanlight({"replay", image, "-m", renamed, "-o", home.path("b")});
        QVERIFY2(again.status == 0, qPrintable(again.output()));
        QCOMPARE(images_in(home.path("b")), images_in(home.path("a")));

        const ProgramResult told = run_fanlight(QStringList(drawn).replaceInStrings(model, renamed) +
                                                QStringList{"--prediction", "epsilon", "-o", home.path("c")});
        QVERIFY2(told.status == 0 && !told.err.contains("predicts"), qPrintable(told.err));
        QVERIFY(!content_of(home.path("c/.fanlight/run.json")).contains("\"prediction\""));  // it is the usual one
        QVERIFY(images_in(home.path("c")) != images_in(home.path("a")));
        QVERIFY(run_fanlight(drawn + QStringList{"--prediction", "x0"}).status == 2);
    }

private:
    static QString written(const PrivateHome& home, const QString& name, const QByteArray& text) {
        QFile file(home.path(name));
        if (file.open(QIODevice::WriteOnly)) file.write(text);
        return file.fileName();
    }
};

FANLIGHT_TEST(TestModels, QCoreApplication)
#include "tst_models.moc"

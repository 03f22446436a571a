#include <QTest>
#include <filesystem>

#include "core/output/manifest.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// FLUX.2 klein as a user meets it: on the command line, in lists, run folders and PNGs.
class TestFlux2 : public QObject {
    Q_OBJECT

    PrivateHome home_;
    const QString model_ = QString(source_path("/tests/golden/data/pipelines/flux_2"));

    QString list() const {
        QFile file(home_.path("list.csv"));
        const QByteArray rows =
            "prompt,cfg_scale,steps,sampler,schedule,width,shift\n"
            "a dog,1,,,,,\n"
            "a cat on a chair in the light of the evening,6,,,karras,,\n"
            "(a cat:1.3) BREAK [a:b:2],6,,,,48,3\n"
            "an owl,,3,unipc,,,\n";
        if (file.open(QIODevice::WriteOnly)) file.write(rows);
        return file.fileName();
    }

    QStringList on(const QStringList& arguments) const {
        return QStringList{"-m", model_, "--steps", "2", "-W", "32", "-H", "32", "--threads", "1"} + arguments;
    }

    QString made(const QString& name, const QStringList& arguments, const QStringList& launch = {}) const {
        const QString folder = home_.path(name);
        const ProgramResult run =
            run_fanlight(launch + QStringList{"generate", "-p", list(), "-o", folder} + on(arguments));
        return run.status == 0 ? folder : run.err;
    }

    /// A model whose index says that it is distilled.
    QString distilled() const {
        const QString folder = home_.path("distilled"), index = folder + "/model_index.json";
        std::filesystem::copy(model_.toStdString(), folder.toStdString(), std::filesystem::copy_options::recursive);
        QFile file(index);
        if (!file.open(QIODevice::ReadOnly)) return {};
        const QByteArray changed = file.readAll().replace("\"is_distilled\": false", "\"is_distilled\": true");
        file.close();
        return file.open(QIODevice::WriteOnly) && file.write(changed) == changed.size() ? folder : QString();
    }

private Q_SLOTS:
    void everyModeAndReplayMakeTheSameBytes() {
        const QString one = made("one", {"--devices", "cpu"});
        QCOMPARE(images_in(one).size(), 4);
        QCOMPARE(images_in(made("two", {"--devices", "cpu,cpu", "--split", "even"})), images_in(one));
        QCOMPARE(images_in(made("staged", {"--devices", "cpu,cpu", "--mode", "pipelined"})), images_in(one));
        QCOMPARE(images_in(made("three", {"--devices", "cpu,cpu,cpu", "--mode", "pipelined"})), images_in(one));
        QCOMPARE(images_in(made("sharded", {"--devices", "cpu", "--mode", "sharded"})), images_in(one));
        QCOMPARE(images_in(made("launched", {}, {"launch", "--cpu", "--num-processes", "2"})), images_in(one));

        const auto rows = read_manifest_jsonl((one + "/manifest.jsonl").toStdString());
        QVERIFY(image_of(rows.at(0).item).guided_steps() == 0 && image_of(rows.at(1).item).guided_steps() == 2);
        QVERIFY(image_of(rows.at(2).item).shift == 3.0);
        const ProgramResult again = run_fanlight({"replay", one, "-o", home_.path("again")});
        QVERIFY2(again.status == 0 && again.err.contains("4 of 4 images have the same bytes as before"),
                 qPrintable(again.err));
    }

    void aDistilledModelHasStepsOfItsOwnAndIsNotGuided() {
        const QString folder = distilled();
        const QString out = home_.path("unguided");
        const ProgramResult run = run_fanlight({"generate", "-m", folder, "-W", "32", "-H", "32", "--threads", "1",
                                                "--cfg-scale", "7", "-o", out, "a dog"});
        QVERIFY2(run.status == 0 && run.err.contains("cfg_scale has no effect"), qPrintable(run.err));
        const auto rows = read_manifest_jsonl((out + "/manifest.jsonl").toStdString());
        QCOMPARE(image_of(rows.at(0).item).steps, 4);
        QFile plan(out + "/.fanlight/run.json");
        QVERIFY(plan.open(QIODevice::ReadOnly) && plan.readAll().contains("\"cfg_floor\":100"));
    }

    void whatHasNoUseIsRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const QStringList& arguments, const QString& message) {
            QTest::newRow(name) << arguments << message;
        };
        row("negative prompt", {"-n", "blurry", "a"}, "takes no negative prompt; leave it out");
        row("sampler", {"--sampler", "ddim", "a"}, "cannot sample a model that predicts a flow; euler");
        row("clip skip", {"--clip-skip", "1", "a"}, "does not read prompts with CLIP");
        row("true scale", {"--true-cfg-scale", "4", "a"},
            "--true-cfg-scale: the model flux_2 takes no true CFG scale; leave it out");
    }
    void whatHasNoUseIsRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, message);
        const ProgramResult plan = run_fanlight(QStringList{"plan"} + on(arguments));
        QCOMPARE(plan.status, 2);
        QVERIFY2(plan.err.contains(message), qPrintable(plan.err));
    }

    /// An image of another model may tell of one; 1 says nothing.
    void rowsThatAskForATrueScaleAreRefused() {
        const auto planned = [&](const QByteArray& rows) {
            QFile file(home_.path("scales.csv"));
            if (!file.open(QIODevice::WriteOnly) || file.write(rows) != rows.size()) return ProgramResult{};
            file.close();
            return run_fanlight(QStringList{"plan", "-p", file.fileName()} + on({}));
        };
        const ProgramResult refused = planned("prompt,true_cfg_scale\na dog,1\na cat,4\n");
        QVERIFY2(refused.status == 2 && refused.err.contains("scales.csv, line 3: the model flux_2 takes no true CFG"),
                 qPrintable(refused.err));
        const ProgramResult told = planned("prompt,true_cfg_scale,model_hash\na cat,4,abc\n");
        QVERIFY2(told.status == 0, qPrintable(told.err));
    }

    void aPromptThatIsTooLongIsSaid() {
        const ProgramResult plan =
            run_fanlight(QStringList{"plan"} + on({QString("a dog in the rain, ").repeated(200)}));
        QVERIFY2(plan.status == 0 && plan.err.contains(" tokens, and the text encoder reads "), qPrintable(plan.err));
    }

    void lorasForOtherModelsAreRefused() {
        const QString lora = QString(source_path("/tests/golden/data/lora/flux_2_kohya.safetensors"));
        const ProgramResult plan = run_fanlight({"plan", "--lora", lora, "a dog"});
        QVERIFY2(plan.status != 0 && plan.err.contains("is a LoRA for FLUX.2 klein or FLUX.1"), qPrintable(plan.err));
    }
};

FANLIGHT_TEST(TestFlux2)
#include "tst_flux_2.moc"

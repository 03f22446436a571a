#include <QTest>
#include <filesystem>

#include "core/output/manifest.h"
#include "tests/support/flow_runs.h"
#include "tests/support/places.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// FLUX.2 klein as a user meets it: on the command line, in lists, run folders and PNGs.
class TestFlux2 : public QObject {
    Q_OBJECT

    const FlowRuns runs_{"flux_2",
                         "prompt,cfg_scale,steps,sampler,schedule,width,shift\n"
                         "a dog,1,,,,,\n"
                         "a cat on a chair in the light of the evening,6,,,karras,,\n"
                         "(a cat:1.3) BREAK [a:b:2],6,,,,48,3\n"
                         "an owl,,3,unipc,,,\n"};

    /// A model whose index says that it is distilled.
    QString distilled() const {
        const QString folder = runs_.home.path("distilled"), index = folder + "/model_index.json";
        std::filesystem::copy(runs_.model.toStdString(), folder.toStdString(),
                              std::filesystem::copy_options::recursive);
        QFile file(index);
        if (!file.open(QIODevice::ReadOnly)) return {};
        const QByteArray changed = file.readAll().replace("\"is_distilled\": false", "\"is_distilled\": true");
        file.close();
        return file.open(QIODevice::WriteOnly) && file.write(changed) == changed.size() ? folder : QString();
    }

private Q_SLOTS:
    void everyModeAndReplayMakeTheSameBytes() {
        const QString one = runs_.made("one", {"--devices", "cpu"});
        runs_.compare_ways(one);
        const auto rows = read_manifest_jsonl((one + "/manifest.jsonl").toStdString());
        QVERIFY(image_of(rows.at(0).item).guided_steps() == 0 && image_of(rows.at(1).item).guided_steps() == 2);
        QVERIFY(image_of(rows.at(2).item).shift == 3.0);
    }

    void aDistilledModelHasStepsOfItsOwnAndIsNotGuided() {
        const QString folder = distilled();
        const QString out = runs_.home.path("unguided");
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
        row("timesteps", {"--timesteps", "999,500", "a"},
            "a flow cannot be told its timesteps; give their number as steps instead");
        row("clip skip", {"--clip-skip", "1", "a"}, "does not read prompts with CLIP");
        row("true scale", {"--true-cfg-scale", "4", "a"},
            "--true-cfg-scale: the model flux_2 takes no true CFG scale; leave it out");
    }
    void whatHasNoUseIsRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, message);
        const ProgramResult plan = runs_.planned(arguments);
        QCOMPARE(plan.status, 2);
        QVERIFY2(plan.err.contains(message), qPrintable(plan.err));
    }

    /// An image of another model may tell of one; 1 says nothing.
    void rowsThatAskForATrueScaleAreRefused() {
        const auto planned = [&](const QByteArray& rows) {
            QFile file(runs_.home.path("scales.csv"));
            if (!file.open(QIODevice::WriteOnly) || file.write(rows) != rows.size()) return ProgramResult{};
            file.close();
            return run_fanlight(QStringList{"plan", "-p", file.fileName()} + runs_.on({}));
        };
        const ProgramResult refused = planned("prompt,true_cfg_scale\na dog,1\na cat,4\n");
        QVERIFY2(refused.status == 2 && refused.err.contains("scales.csv, line 3: the model flux_2 takes no true CFG"),
                 qPrintable(refused.err));
        const ProgramResult told = planned("prompt,true_cfg_scale,model_hash\na cat,4,abc\n");
        QVERIFY2(told.status == 0, qPrintable(told.err));
    }

    void aPromptThatIsTooLongIsSaid() {
        const ProgramResult plan = runs_.planned({QString("a dog in the rain, ").repeated(200)});
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

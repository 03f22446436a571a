#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <filesystem>

#include "core/base/file.h"
#include "core/output/manifest.h"
#include "tests/support/flow_runs.h"
#include "tests/support/places.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"
#include "tests/support/z_image_files.h"

using namespace fanlight;

/// Z-Image as a user meets it: on the command line, in lists, run folders and PNGs.
class TestZImage : public QObject {
    Q_OBJECT

    const FlowRuns runs_{"z_image",
                         "prompt,negative_prompt,cfg_scale,steps,sampler,schedule,width,shift\n"
                         "a dog,,0,,,,,\n"
                         "a cat on a chair in the light of the evening,blurry,2,,,karras,,\n"
                         "(a cat:1.3) BREAK [a:b:2],,2,,,,48,6\n"
                         "an owl,,,3,lcm,,,\n"
                         "an owl,,,3,Euler a,,,\n"
                         "an owl,,,3,unipc,,,\n"};

private Q_SLOTS:
    void everyModeAndReplayMakeTheSameBytes() {
        const QString one = runs_.made("one", {"--devices", "cpu"});
        runs_.compare_ways(one);
        const auto rows = read_manifest_jsonl((one + "/manifest.jsonl").toStdString());
        QVERIFY(image_of(rows.at(0).item).guided_steps() == 0 && image_of(rows.at(1).item).guided_steps() == 2);
        QVERIFY(image_of(rows.at(2).item).shift == 6.0);
        const QStringList pngs = QDir(one).entryList({"00002*.png"});
        const ProgramResult shown = run_fanlight({"show", one + "/" + pngs.value(0)});
        QVERIFY2(shown.out.contains("Shift: 6"), qPrintable(shown.out));
    }

    void packedWeightsMakeTheSameBytesInEveryMode() {
        const QString network = runs_.home.path("network.gguf"), encoder = runs_.home.path("encoder.gguf");
        replace_file(network.toStdString(), z_image_gguf(&gguf_blocks().front()));
        replace_file(encoder.toStdString(), z_image_encoder_gguf(&gguf_blocks().front()));
        const QStringList files = {"--transformer", network, "--text-encoder", encoder};
        const auto with = [&](const QString& name, const QStringList& options) {
            return images_in(runs_.made(name, files + options));
        };
        const QStringList expected = with("dequantised", {"--devices", "cpu", "--weights", "dequantised"});
        QCOMPARE(expected.size(), 6);
        const QStringList packed = {"--weights", "packed", "--devices"};
        QCOMPARE(with("packed", packed + QStringList{"cpu"}), expected);
        QCOMPARE(with("packed replicas", packed + QStringList{"cpu,cpu"}), expected);
        QCOMPARE(with("packed stages", packed + QStringList{"cpu,cpu", "--mode", "pipelined"}), expected);
        QCOMPARE(with("packed shards", packed + QStringList{"cpu", "--mode", "sharded"}), expected);
        const QStringList offloaded = {"cpu", "--mode", "sharded", "--max-memory", "disk=1GB"};
        QCOMPARE(with("packed on disk", packed + offloaded), expected);
        for (const char* weights : {"packed", "dequantised"}) {
            const ProgramResult again = run_fanlight(
                {"replay", runs_.home.path("packed"), "-o", runs_.home.path(weights) + "2", "--weights", weights});
            QVERIFY2(again.err.contains("6 of 6 images have the same bytes as before"), qPrintable(again.err));
        }
    }

    void aPlanSaysWhetherWeightsStayPacked() {
        const QString network = runs_.home.path("planned.gguf");
        replace_file(network.toStdString(), z_image_gguf(&gguf_blocks().front()));
        const auto weights = [&](const QStringList& options) {
            const ProgramResult plan =
                runs_.planned(QStringList{"--transformer", network, "a dog", "--json"} + options);
            return QJsonDocument::fromJson(plan.out.toUtf8()).object()["weights"].toObject();
        };
        const QJsonObject roomy = weights({"--assume", "cuda:0=24GB"}), asked = weights({"--weights", "packed"});
        QCOMPARE(roomy["form"].toString(), QString("dequantised"));
        QCOMPARE(asked["form"].toString(), QString("packed"));
        QVERIFY(asked["packed"].toInteger() < asked["dequantised"].toInteger());
        const ProgramResult told = runs_.planned({"--transformer", network, "a dog", "--weights", "packed"});
        QVERIFY2(told.out.contains("Its weights are packed in memory: the whole model takes "), qPrintable(told.out));
        QVERIFY(!runs_.planned({"a dog"}).out.contains("Its weights are"));
    }

    void aNegativePromptWithoutGuidanceIsSaidToHaveNoEffect() {
        const QString said = "The setting negative_prompt has no effect in 1 row";
        const ProgramResult without = runs_.planned({"-n", "blurry", "--cfg-scale", "0", "a dog"});
        QVERIFY2(without.status == 0 && without.err.contains(said), qPrintable(without.err));
        const ProgramResult guided = runs_.planned({"-n", "blurry", "--cfg-scale", "1", "a dog"});
        QVERIFY2(guided.status == 0 && !guided.err.contains(said), qPrintable(guided.err));
    }

    void aNameThatSaysTurboGivesItsSteps() {
        const QString folder = runs_.home.path("My-Turbo");
        std::filesystem::copy(runs_.model.toStdString(), folder.toStdString(),
                              std::filesystem::copy_options::recursive);
        const ProgramResult plan = run_fanlight({"plan", "-m", folder, "-W", "32", "-H", "32", "a dog"});
        QVERIFY2(
            plan.status == 0 && (plan.out + plan.err).contains("is distilled for 8 steps (Turbo), as its name says"),
            qPrintable(plan.out + plan.err));
    }

    void aNetworkAloneFindsTheRest_data() {
        QTest::addColumn<QString>("ending");
        for (const char* ending : {".safetensors", ".gguf"}) QTest::newRow(ending) << ending;
    }
    void aNetworkAloneFindsTheRest() {
        QFETCH(QString, ending);
        const QString root = runs_.home.path("ComfyUI" + ending);
        const ZImageFiles files = write_z_image_files(root.toStdString(), ending.toStdString());
        const auto made_of = [&](const QString& name, const QStringList& arguments) {
            return run_fanlight(QStringList{"generate", "-W", "32", "-H", "32", "--steps", "2", "--threads", "1",
                                            "--devices", "cpu", "-o", runs_.home.path(name + ending), "a dog",
                                            "two cats"} +
                                arguments);
        };
        const QString network = QString::fromStdString(files.network);
        const ProgramResult found = made_of("found", {"-m", network});
        QVERIFY2(found.status == 0 && !found.err.contains("predicts"), qPrintable(found.err));
        for (const std::string& file : {files.text_encoder, files.vae})
            QVERIFY2(found.err.contains(QString::fromStdString(file)), qPrintable(found.err));
        const ProgramResult given =
            made_of("given", {"-m", network, "--text-encoder", QString::fromStdString(files.text_encoder), "--vae",
                              QString::fromStdString(files.vae)});
        QVERIFY2(given.status == 0 && !given.err.contains("is a network alone"), qPrintable(given.err));
        const ProgramResult named = made_of("named", {"-m", "z_image_turbo_small", "--models-dir", root});
        QVERIFY2(named.status == 0, qPrintable(named.err));
        QCOMPARE(images_in(runs_.home.path("found" + ending)).size(), 2);
        QCOMPARE(images_in(runs_.home.path("given" + ending)), images_in(runs_.home.path("found" + ending)));
        QCOMPARE(images_in(runs_.home.path("named" + ending)), images_in(runs_.home.path("found" + ending)));
        const ProgramResult again =
            run_fanlight({"replay", runs_.home.path("found" + ending), "-o", runs_.home.path("again" + ending)});
        QVERIFY2(again.status == 0 && again.err.contains("2 of 2 images have the same bytes as before"),
                 qPrintable(again.err));
        const ProgramResult listed = run_fanlight({"models", "--models-dir", root});
        QVERIFY2(listed.out.contains("z_image_turbo_small"), qPrintable(listed.out));
    }

    void whatIsMissingIsNamedWithItsPlace() {
        const QString root = runs_.home.path("incomplete");
        const ZImageFiles files = write_z_image_files(root.toStdString(), ".safetensors");
        const auto refusal = [&] {
            return run_fanlight({"plan", "-m", QString::fromStdString(files.network), "a dog"}).err;
        };
        std::filesystem::remove(files.text_encoder);
        QVERIFY2(
            refusal().contains("is a network without its text encoder, and there is none that fits; put one such as "
                               "qwen_3_4b.safetensors into "),
            qPrintable(refusal()));
        write_z_image_files(root.toStdString(), ".safetensors");
        std::filesystem::remove(files.vae);
        QVERIFY2(refusal().contains("put one such as ae.safetensors into "), qPrintable(refusal()));
        const auto other = [&](const char* name) { return std::filesystem::path(files.vae).replace_filename(name); };
        for (const char* name : {"one.safetensors", "two.safetensors"})  // they tell nothing
            std::filesystem::copy_file(source_path("/tests/golden/data/pipelines/z_image_vae.safetensors"),
                                       other(name));
        QVERIFY2(refusal().contains("several fit"), qPrintable(refusal()));
        std::filesystem::remove(other("one.safetensors"));
        QVERIFY2(refusal().contains("two.safetensors"), qPrintable(refusal()));
    }

    void whatHasNoUseIsRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const QStringList& arguments, const QString& message) {
            QTest::newRow(name) << arguments << message;
        };
        row("sampler", {"--sampler", "ddim", "a"}, "cannot sample a model that predicts a flow; euler");
        row("schedule", {"--schedule", "sgm_uniform", "a"}, "does not apply to a model that predicts a flow");
        row("clip skip", {"--clip-skip", "1", "a"}, "does not read prompts with CLIP");
        row("prediction", {"--prediction", "epsilon", "a"}, "predicts a flow, and not epsilon");
        row("second prompt", {"--prompt-2", "b", "a"}, "has no second text encoder");
        row("crop", {"--crop", "1,2", "a"}, "is told neither an original size nor a crop");
        row("refiner", {"--refiner", "x", "a"}, "has no use for it");
    }
    void whatHasNoUseIsRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, message);
        const ProgramResult plan = runs_.planned(arguments);
        QCOMPARE(plan.status, 2);
        QVERIFY2(plan.err.contains(message), qPrintable(plan.err));
    }

    void aPromptThatIsTooLongIsSaid() {
        const ProgramResult plan = runs_.planned({QString("a dog in the rain, ").repeated(200)});
        QVERIFY2(
            plan.status == 0 && plan.err.contains(" tokens, and the text encoder reads 496: its end has no effect"),
            qPrintable(plan.err));
    }

    void otherModelsHaveNoShift() {
        const ProgramResult plan = run_fanlight({"plan", "--shift", "3", "a dog"});
        QVERIFY2(plan.status == 2 && plan.err.contains("predicts no flow"), qPrintable(plan.err));
    }

    void onlyTheseModelsPredictAFlow() {
        QCOMPARE(runs_.planned({"--prediction", "flow", "a dog"}).status, 0);
        const ProgramResult plan = run_fanlight({"plan", "--prediction", "flow", "a dog"});
        QVERIFY2(plan.status == 2 && plan.err.contains("does not predict a flow"), qPrintable(plan.err));
    }
};

FANLIGHT_TEST(TestZImage)
#include "tst_z_image.moc"

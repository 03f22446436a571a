#include <QTest>
#include <filesystem>

#include "core/output/manifest.h"
#include "tests/support/flow_runs.h"
#include "tests/support/flux_1_files.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// FLUX.1 as a user meets it: on the command line, in lists, run folders and PNGs.
class TestFlux1 : public QObject {
    Q_OBJECT

    const FlowRuns runs_{"flux_1",
                         "prompt,prompt_2,negative_prompt,cfg_scale,true_cfg_scale,steps,sampler,schedule,width,shift\n"
                         "a dog,,,,,,,,,\n"
                         "a cat on a chair in the light of the evening,,blurry,2,3,,,karras,,\n"
                         "(a cat:1.3) BREAK [a:b:2],an owl,,7,,,,,48,3\n"
                         "an owl,,,,,3,unipc,,,\n"};

private Q_SLOTS:
    void everyModeAndReplayMakeTheSameBytes() {
        const QString one = runs_.made("one", {"--devices", "cpu"});
        runs_.compare_ways(one);
        const auto rows = read_manifest_jsonl((one + "/manifest.jsonl").toStdString());
        QCOMPARE(image_of(rows.at(0).item).cfg_scale, 3.5);
        QVERIFY(image_of(rows.at(0).item).guided_steps() == 0 && image_of(rows.at(1).item).guided_steps() == 2);
        QCOMPARE(image_of(rows.at(1).item).true_cfg_scale, 3.0);
        // The images themselves are a list, too.
        const QString from_images = runs_.home.path("from images");
        const ProgramResult images =
            run_fanlight(QStringList{"generate", "-p", one, "-o", from_images} + runs_.on({"--devices", "cpu"}));
        QVERIFY2(images.status == 0, qPrintable(images.err));
        QCOMPARE(images_in(from_images), images_in(one));
    }

    void aNetworkAloneFindsTheRest() {
        const QString root = runs_.home.path("ComfyUI");
        const Flux1Files files = write_flux_1_files(root.toStdString(), ".safetensors");
        const QString network = QString::fromStdString(files.network);
        const auto generate = [&](const QString& name, const QStringList& arguments) {
            return run_fanlight(QStringList{"generate", "-m", network, "-W", "32", "-H", "32", "--steps", "2",
                                            "--threads", "1", "--devices", "cpu", "-o", runs_.home.path(name),
                                            "a dog"} +
                                arguments);
        };
        const ProgramResult found = generate("found", {});
        QVERIFY2(found.status == 0, qPrintable(found.err));
        for (const std::string& file : {files.clip, files.t5, files.vae})
            QVERIFY2(found.err.contains(QString::fromStdString(file)), qPrintable(found.err));
        const ProgramResult given =
            generate("given", {"--text-encoder", QString::fromStdString(files.clip), "--text-encoder",
                               QString::fromStdString(files.t5), "--vae", QString::fromStdString(files.vae)});
        QVERIFY2(given.status == 0 && !given.err.contains("is a network alone"), qPrintable(given.err));
        QCOMPARE(images_in(runs_.home.path("given")), images_in(runs_.home.path("found")));
        // A LoRA of kohya's trainers changes CLIP, too, which is no part of the network's file.
        const QString lora = QString::fromStdString(source_path("/tests/golden/data/lora/flux_1_kohya.safetensors"));
        const ProgramResult changed = generate("changed", {"--lora", lora});
        QVERIFY2(changed.status == 0, qPrintable(changed.err));
        QVERIFY(images_in(runs_.home.path("changed")) != images_in(runs_.home.path("found")));

        for (const auto& [file, usual] :
             {std::pair(files.t5, "t5xxl_fp16.safetensors"), {files.clip, "clip_l.safetensors"}}) {
            const std::filesystem::path away = file + ".away";
            std::filesystem::rename(file, away);
            const ProgramResult plan = run_fanlight({"plan", "-m", network, "a dog"});
            QVERIFY2(plan.status != 0 && plan.err.contains(QString("put one such as %1 into ").arg(usual)),
                     qPrintable(plan.err));
            std::filesystem::rename(away, file);
        }
    }

    void aCheckpointThatHoldsAllNeedsNothingElse() {
        const QString file = runs_.home.path("all.safetensors"), out = runs_.home.path("all");
        write_flux_1_checkpoint(file.toStdString());
        const ProgramResult run = run_fanlight({"generate", "-m", file, "-W", "32", "-H", "32", "--steps", "2",
                                                "--threads", "1", "--devices", "cpu", "-o", out, "a dog"});
        QVERIFY2(run.status == 0 && !run.err.contains("network alone"), qPrintable(run.err));
        QCOMPARE(images_in(out).size(), 1);
    }

    void aFileThatIsCalledKreaIsGuidedMore() {
        const std::string root = runs_.home.path("krea").toStdString();
        const Flux1Files files = write_flux_1_files(root, ".safetensors");
        const std::string krea = root + "/diffusion_models/flux1-krea-dev.safetensors";
        std::filesystem::rename(files.network, krea);
        const ProgramResult plan =
            run_fanlight({"plan", "-m", QString::fromStdString(krea), "-W", "32", "-H", "32", "a dog"});
        QVERIFY2(plan.status == 0 &&
                     (plan.out + plan.err).contains("is taken to be Krea dev, since it is called flux1-krea-dev"),
                 qPrintable(plan.out + plan.err));
    }

    void aFolderIsCalledKreaByItselfOrItsRepository_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("origin");
        QTest::addColumn<QString>("name");  // empty: it is not
        const QString krea = "FLUX.1-Krea-dev", cached = "krea/models--black-forest-labs--";
        QTest::newRow("folder") << "models/" + krea << "" << krea;
        QTest::newRow("in the cache") << cached + krea + "/snapshots/8f3c"
                                      << "" << krea;
        QTest::newRow("saved from the hub") << "mine"
                                            << "black-forest-labs/" + krea << krea;
        QTest::newRow("saved from the cache") << "mine 2"
                                              << "/c/models--b--" + krea + "/snapshots/8f3c" << krea;
        QTest::newRow("another's folder") << cached + "FLUX.1-dev/snapshots/8f3c"
                                          << "black-forest-labs/FLUX.1-dev"
                                          << "";
    }
    void aFolderIsCalledKreaByItselfOrItsRepository() {
        QFETCH(QString, folder);
        QFETCH(QString, origin);
        QFETCH(QString, name);
        const std::filesystem::path copy = runs_.home.path(folder).toStdString();
        std::filesystem::create_directories(copy.parent_path());
        std::filesystem::copy(flux_1_folder(), copy, std::filesystem::copy_options::recursive);
        Json index = read_json_file(copy / "model_index.json");
        if (!origin.isEmpty()) index["_name_or_path"] = origin.toStdString();
        replace_file(copy / "model_index.json", to_line(index));
        const QString out = runs_.home.path("made by " + folder.section('/', 0, 0) + name + origin.section('/', -1));
        const ProgramResult run =
            run_fanlight({"generate", "-m", runs_.home.path(folder), "-W", "32", "-H", "32", "--steps", "1",
                          "--threads", "1", "--devices", "cpu", "-o", out, "a dog"});
        QVERIFY2(run.status == 0, qPrintable(run.err));
        QCOMPARE(run.err.contains("is taken to be Krea dev"), !name.isEmpty());
        QVERIFY2(run.err.contains("since it is called " + name) || name.isEmpty(), qPrintable(run.err));
        const auto rows = read_manifest_jsonl((out + "/manifest.jsonl").toStdString());
        QCOMPARE(image_of(rows.at(0).item).cfg_scale, name.isEmpty() ? 3.5 : 4.5);
    }

    void aWrongFileInPlaceOfATextEncoderIsToldWhatIsNeeded() {
        const Flux1Files files = write_flux_1_files(runs_.home.path("wrong").toStdString(), ".safetensors");
        const auto refused = [&](const std::string& model, const std::string& given) {
            const ProgramResult plan = run_fanlight({"plan", "-m", QString::fromStdString(model), "--text-encoder",
                                                     QString::fromStdString(given), "a dog"});
            return plan.status == 0 ? QString("nothing") : plan.err;
        };
        for (const std::string& model : {files.network, flux_1_folder()}) {
            const QString said = refused(model, files.vae);
            QVERIFY2(said.contains("is a VAE, which goes with --vae; give the text encoder of CLIP ViT-L, such as "
                                   "clip_l.safetensors, or that of T5 v1.1 XXL"),
                     qPrintable(said));
        }
    }

    void schnellHasStepsOfItsOwnAndIsToldNoGuidance() {
        const QString folder = QString::fromStdString(written_schnell(runs_.home.path("schnell").toStdString()));
        const QString out = runs_.home.path("schnell made");
        const ProgramResult run = run_fanlight({"generate", "-m", folder, "-W", "32", "-H", "32", "--threads", "1",
                                                "--cfg-scale", "7", "-o", out, "a dog"});
        QVERIFY2(run.status == 0 && run.err.contains("cfg_scale has no effect"), qPrintable(run.err));
        const auto rows = read_manifest_jsonl((out + "/manifest.jsonl").toStdString());
        QCOMPARE(image_of(rows.at(0).item).steps, 4);
    }

    void whatHasNoEffectIsSaid_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("negative prompt alone") << QStringList{"-n", "blurry", "a dog"};
        QTest::newRow("scale alone") << QStringList{"--true-cfg-scale", "3", "a dog"};
    }
    void whatHasNoEffectIsSaid() {
        QFETCH(QStringList, arguments);
        const ProgramResult plan = runs_.planned(arguments);
        QVERIFY2(plan.status == 0 && plan.err.contains("no effect"), qPrintable(plan.err));
        const ProgramResult both = runs_.planned({"-n", "blurry", "--true-cfg-scale", "3", "a dog"});
        QVERIFY2(both.status == 0 && !both.err.contains("no effect"), qPrintable(both.err));
    }

    void whatHasNoUseIsRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const QStringList& arguments, const QString& message) {
            QTest::newRow(name) << arguments << message;
        };
        row("sampler", {"--sampler", "ddim", "a"}, "cannot sample a model that predicts a flow; euler");
        row("clip skip", {"--clip-skip", "1", "a"}, "does not read prompts with CLIP");
        row("scale below 1", {"--true-cfg-scale", "0.5", "a"}, "true_cfg_scale");
    }
    void whatHasNoUseIsRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, message);
        const ProgramResult plan = runs_.planned(arguments);
        QVERIFY(plan.status != 0);
        QVERIFY2(plan.err.contains(message), qPrintable(plan.err));
    }

    void aPromptIsTooLongForT5Only() {
        const ProgramResult plan = runs_.planned({QString("a dog in the rain, ").repeated(200)});
        QVERIFY2(plan.status == 0 && plan.err.contains(" tokens, and the text encoder reads "), qPrintable(plan.err));
        const ProgramResult second = runs_.planned({"--prompt-2", QString("a dog, ").repeated(300), "a dog"});
        QVERIFY2(second.err.contains("the text encoder reads "), qPrintable(second.err));
        const ProgramResult fits = runs_.planned({QString("a dog in the rain, ").repeated(10)});
        QVERIFY2(fits.status == 0 && !fits.err.contains("the text encoder reads "), qPrintable(fits.err));
    }

    void filesForOtherWorkAreRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("channels");
        QTest::addColumn<QString>("message");
        QTest::newRow("Kontext") << "flux1-dev-kontext_fp8" << 64 << "is FLUX.1 Kontext, which changes pictures";
        QTest::newRow("Fill") << "flux1-fill-dev" << 384 << "reads pictures, as FLUX.1 Fill, Depth and Canny do";
    }
    void filesForOtherWorkAreRefused() {
        QFETCH(QString, name);
        QFETCH(int, channels);
        QFETCH(QString, message);
        std::vector<FileTensor> tensors = flux_1_original_names(flux_1_network_tensors(), "");
        for (FileTensor& tensor : tensors)
            if (tensor.name == "img_in.weight") {
                tensor.shape[1] = channels;
                tensor.bytes.resize(static_cast<size_t>(tensor.shape[0] * channels) * 2);
            }
        const QString file = runs_.home.path(name + ".safetensors");
        replace_file(file.toStdString(), tensors_file(tensors));
        const ProgramResult plan = run_fanlight({"plan", "-m", file, "a dog"});
        QVERIFY2(plan.status != 0 && plan.err.contains(message), qPrintable(plan.err));
    }
};

FANLIGHT_TEST(TestFlux1)
#include "tst_flux_1.moc"

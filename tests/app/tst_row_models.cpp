#include <QDir>
#include <QFile>
#include <QTest>

#include "core/base/file.h"
#include "core/output/manifest.h"
#include "core/protocol/run_plan.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Rows with models and LoRAs of their own, from the command line.
class TestRowModels : public QObject {
    Q_OBJECT

    const PrivateHome home_;
    const QString golden_ = source_path("/tests/golden/data");
    const QString sd1_ = golden_ + "/pipelines/sd1", sd2_ = golden_ + "/pipelines/sd2",
                  sdxl_ = golden_ + "/pipelines/sdxl";

    QString places() const { return home_.path("places"); }

    /// 30 rows of three models, three LoRAs among them, in turns.
    QString list() const {
        const QStringList rows = {"a dog,," + sd1_ + ",",
                                  "a cat <lora:ink:0.7>,," + sd1_ + ",",
                                  "an owl,," + sdxl_ + ",",
                                  "a fox,," + sd2_ + ",",
                                  "a hen,," + sdxl_ + "," + golden_ + "/lora/xl_diffusers.safetensors:0.5:1",
                                  "a cow,5," + sd1_ + ",ink:0.7"};
        QByteArray text = "prompt,steps,model,loras\n";
        for (int i = 0; i < 30; ++i) text += rows[i % rows.size()].toUtf8() + "\n";
        return written("list.csv", text);
    }

    QString written(const QString& name, const QByteArray& text) const {
        replace_file(home_.path(name).toStdString(), text.toStdString());
        return home_.path(name);
    }

    ProgramResult generated(const QString& folder, const QStringList& more) const {
        return run_fanlight(QStringList{"generate", "-W", "32", "-H", "32", "--quiet", "--models-dir", places(), "-o",
                                        home_.path(folder)} +
                            more);
    }

    QStringList made(const QString& folder, const QStringList& more) const {
        const ProgramResult result = generated(folder, QStringList{"-p", list(), "--steps", "4"} + more);
        if (result.status != 0) qWarning("%s", qPrintable(result.output()));
        return images_in(home_.path(folder));
    }

    std::vector<ManifestRow> manifest(const QString& folder) const {
        return read_manifest_jsonl((home_.path(folder) + "/manifest.jsonl").toStdString());
    }

    QString refusal(const QByteArray& text) const {
        const ProgramResult result = generated("refused", {"-p", written("bad.csv", text), "--dry-run"});
        return result.status == 2 ? result.err : "exit " + QString::number(result.status) + ": " + result.output();
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(QDir().mkpath(places() + "/loras"));
        QVERIFY(QFile::copy(golden_ + "/lora/kohya.safetensors", places() + "/loras/ink.safetensors"));
    }

    void everyModeMakesTheSameBytes() {
        const QStringList one = made("one", {"--devices", "cpu"});
        QCOMPARE(one.size(), 30);
        QCOMPARE(made("replicas", {"--devices", "cpu,cpu"}), one);
        QCOMPARE(made("even", {"--devices", "cpu,cpu", "--split", "even"}), one);
        QCOMPARE(made("sharded", {"--devices", "cpu", "--mode", "sharded"}), one);
        QCOMPARE(made("pipelined", {"--devices", "cpu,cpu", "--mode", "pipelined", "--stages", "2"}), one);
    }

    void aLaunchMakesTheSameBytes() {
        const QStringList one = made("alone", {"--devices", "cpu"});
        const QStringList options = {"-p",        list(), "--steps",      "4",      "-W", "32",
                                     "-H",        "32",   "--models-dir", places(), "-o", home_.path("launched"),
                                     "--devices", "cpu"};
        const ProgramResult result = run_fanlight(QStringList{"launch", "--num-processes", "2", "generate"} + options);
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        QCOMPARE(images_in(home_.path("launched")), one);
    }

    void aRowIsTheSameAsARunOfItsOwn() {
        made("list", {"--devices", "cpu"});
        const ProgramResult alone =
            generated("own", {"an owl", "-m", sdxl_, "--steps", "4", "--seed", "44", "--devices", "cpu"});
        QVERIFY2(alone.status == 0, qPrintable(alone.output()));
        const QByteArray own = content_of(home_.path("own/00000-44-an-owl.png"));
        QVERIFY(!own.isEmpty() && own == content_of(home_.path("list/00002-44-an-owl.png")));
        const ProgramResult adapted = generated(
            "adapted", {"a cat", "-m", sd1_, "--lora", "ink:0.7", "--steps", "4", "--seed", "43", "--devices", "cpu"});
        QVERIFY2(adapted.status == 0, qPrintable(adapted.output()));
        const QByteArray cat = content_of(home_.path("adapted/00000-43-a-cat.png"));
        QVERIFY(!cat.isEmpty() && cat == content_of(home_.path("list/00001-43-a-cat.png")));
    }

    void eachRowTellsItsModel() {
        made("told", {"--devices", "cpu"});
        const auto rows = manifest("told");
        QCOMPARE(rows[0].recipe().model, std::string("sd1"));
        QCOMPARE(rows[2].recipe().model, std::string("sdxl"));
        QCOMPARE(rows[1].recipe().loras.at(0).weight, 0.7);
        QCOMPARE(rows[4].recipe().loras.at(0).text_encoder_weight, std::optional(0.5));
        QCOMPARE(image_of(rows[1].item).prompt, std::string("a cat"));
        const ProgramResult shown = run_fanlight({"show", home_.path("told/00001-43-a-cat.png")});
        QVERIFY2(shown.out.contains("a cat <lora:ink:0.7>\n"), qPrintable(shown.output()));
        const ProgramResult verified = run_fanlight({"verify", home_.path("told")});
        QVERIFY2(verified.status == 0, qPrintable(verified.output()));
    }

    void whatAModelIsUsuallyAskedForIsItsOwn() {
        const QString rows = written("usual.csv", "prompt,model\na dog," + sd1_.toUtf8() + "\na dog," + sdxl_.toUtf8() +
                                                      "\na dog," + sd2_.toUtf8() + "\n");
        const ProgramResult result = generated("usual", {"-p", rows, "--prepare"});
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        const RunPlan plan = read_plan(home_.path("usual").toStdString());
        QCOMPARE(plan.models(), 3);
        QCOMPARE(image_of(plan.items[0]).cfg_scale, 7.5);
        QCOMPARE(image_of(plan.items[1]).cfg_scale, 5.0);
        QVERIFY(image_of(plan.items[1]).sampler.str() != image_of(plan.items[0]).sampler.str());
    }

    void aListIsReplayedAndResumed() {
        const QStringList whole = made("whole", {"--devices", "cpu,cpu"});
        const ProgramResult replayed =
            run_fanlight({"replay", home_.path("whole"), "-o", home_.path("again"), "--models-dir", places()});
        QVERIFY2(replayed.status == 0 && replayed.output().contains("30 of 30 images have the same bytes"),
                 qPrintable(replayed.output()));
        for (const int image : {1, 2, 9, 10, 29})
            QVERIFY(QFile::remove(home_.path("whole/") + whole[image].section(' ', 0, 0)));
        const ProgramResult resumed = run_fanlight({"generate", "--resume", home_.path("whole")});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QCOMPARE(images_in(home_.path("whole")), whole);
    }

    /// What the images tell of themselves makes them again, as far as it is asked for.
    void finishedImagesAreAList() {
        made("source", {"--devices", "cpu"});
        const ProgramResult again =
            generated("like", {"-p", home_.path("source/00001-43-a-cat.png"), "-m", sd1_, "--devices", "cpu"});
        QVERIFY2(again.status == 0, qPrintable(again.output()));
        const QByteArray cat = content_of(home_.path("like/00000-43-a-cat.png"));
        QVERIFY(!cat.isEmpty() && cat == content_of(home_.path("source/00001-43-a-cat.png")));
        // The model is the run's; the LoRA is not for it.
        const ProgramResult other =
            run_fanlight({"generate", "-p", home_.path("source/manifest.csv"), "-m", sd2_, "--devices", "cpu", "-o",
                          home_.path("other"), "--models-dir", places()});
        QVERIFY2(other.status == 0, qPrintable(other.output()));
        QVERIFY2(other.err.contains("The columns model_hash and model have no effect in 30 rows"),
                 qPrintable(other.err));
        QVERIFY2(other.err.contains("left out in "), qPrintable(other.err));
        for (const ManifestRow& row : manifest("other"))
            QVERIFY(row.recipe().model == "sd2" && row.recipe().loras.empty());
    }

    void whatDoesNotFitIsRefusedByItsRow_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("no such model") << QByteArray("prompt,model\na dog,\na cat,nowhere\n")
                                       << "bad.csv, line 3: There is no model \"nowhere\"";
        QTest::newRow("a model of texts") << QByteArray("prompt,model\na dog,starter-text\n")
                                          << "bad.csv, line 2: The model starter-text makes texts; use fanlight text.";
        QTest::newRow("no such LoRA") << QByteArray("prompt,loras\na dog,nowhere:0.5\n")
                                      << "bad.csv, line 2: There is no LoRA \"nowhere\"";
        QTest::newRow("no such tag") << QByteArray("prompt\na dog <lora:nowhere:0.5>\n")
                                     << "bad.csv, line 2: There is no LoRA \"nowhere\"";
        QTest::newRow("another family's LoRA")
            << "prompt,model,loras\na dog," + sd1_.toUtf8() + "," + golden_.toUtf8() + "/lora/xl_original.safetensors\n"
            << "bad.csv, line 2: ";
        QTest::newRow("another model's LoRA") << "prompt,model,loras\na dog," + sd2_.toUtf8() + ",ink\n"
                                              << "choose a LoRA that was made for this model";
        QTest::newRow("another model's size") << "prompt,model,original_size\na dog," + sd1_.toUtf8() + ",64x64\n"
                                              << "bad.csv, line 2: the model sd1 is told neither an original size";
        QTest::newRow("a broken tag") << QByteArray("prompt\na dog <lora:ink:x>\n")
                                      << "bad.csv, line 2: the weight of a LoRA must be a number";
    }
    void whatDoesNotFitIsRefusedByItsRow() {
        QFETCH(QByteArray, text);
        QFETCH(QString, sentence);
        const QString said = refusal(text);
        QVERIFY2(said.contains(sentence), qPrintable(said));
    }

    void tagsOfLiteralPromptsAreWords() {
        const ProgramResult result = generated(
            "literal", {"a <lora:nowhere:1> cat", "--literal", "--steps", "1", "-m", sd1_, "--devices", "cpu"});
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        QCOMPARE(image_of(manifest("literal")[0].item).prompt, std::string("a <lora:nowhere:1> cat"));
    }

    /// The others are made.
    void aModelThatHasGoneCostsOnlyItsRows() {
        const QString copy = home_.path("copy");
        QVERIFY(QDir().mkpath(copy));
        QVERIFY(run_program("cp", {"-r", sd2_ + "/.", copy}).status == 0);
        const QString rows =
            written("gone.csv", "prompt,model\na dog," + sd1_.toUtf8() + "\na cat," + copy.toUtf8() + "\n");
        const ProgramResult prepared = generated("gone", {"-p", rows, "--steps", "1", "--prepare", "--devices", "cpu"});
        QVERIFY2(prepared.status == 0, qPrintable(prepared.output()));
        QVERIFY(QDir(copy).removeRecursively());
        const ProgramResult result = run_fanlight({"generate", "--resume", home_.path("gone")});
        QVERIFY2(result.status == 3, qPrintable(result.output()));
        QCOMPARE(images_in(home_.path("gone")).size(), 1);
        QVERIFY2(result.err.contains("the model copy cannot be loaded"), qPrintable(result.err));
    }
};

FANLIGHT_TEST(TestRowModels)
#include "tst_row_models.moc"

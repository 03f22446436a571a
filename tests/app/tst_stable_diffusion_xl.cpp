#include <QTest>

#include "core/output/manifest.h"
#include "core/protocol/run_plan.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// What Stable Diffusion XL tells apart and others do not, as a user meets it: on the command line, in lists, in run
/// folders and PNGs.
class TestStableDiffusionXl : public QObject {
    Q_OBJECT

    PrivateHome home_;
    const QString models_ = source_path("/tests/golden/data/pipelines/");

    QString written(const QString& name, const QByteArray& text) const {
        QFile file(home_.path(name));
        if (file.open(QIODevice::WriteOnly)) file.write(text);
        return file.fileName();
    }
    /// Makes images in a folder of this name and returns it, or what went wrong.
    QString made(const QString& name, const QStringList& arguments, const QString& model = "sdxl") const {
        const QString folder = home_.path(name);
        const ProgramResult run =
            run_fanlight(QStringList{"generate", "-m", models_ + model} + arguments +
                         QStringList{"--steps", "3", "--devices", "cpu", "--same-seed", "--quiet", "-o", folder});
        return run.status == 0 ? folder : run.err;
    }
    static std::vector<ManifestRow> rows_in(const QString& folder) {
        return read_manifest_jsonl((folder + "/manifest.jsonl").toStdString());
    }
    static std::optional<std::string> negative_in(const QString& folder, size_t row = 0) {
        const auto rows = rows_in(folder);
        const auto& negative = image_of(rows.at(row).item).negative_prompt;
        return negative ? std::optional(negative->str()) : std::nullopt;
    }
    /// Of its pixels: names and recipes differ.
    static std::string hash_in(const QString& folder, size_t row = 0) {
        return rows_in(folder).at(row).made.file()->sha256;
    }

private Q_SLOTS:
    void noNegativePromptIsAnotherThanAnEmptyOne() {
        const QString none = made("none", {"a dog"}), empty = made("empty", {"a dog", "-n", ""});
        QCOMPARE(negative_in(none), std::nullopt);
        QCOMPARE(negative_in(empty), std::optional<std::string>(""));
        QVERIFY(hash_in(none) != hash_in(empty));
        QVERIFY(content_of(none + "/.fanlight/run.json").contains(R"("negative_prompt":null)"));
        QVERIFY(content_of(empty + "/.fanlight/run.json").contains(R"("negative_prompt":"")"));

        const QString other_model = made("other", {"a dog"}, "sd1");
        QCOMPARE(negative_in(other_model), std::optional<std::string>(""));
    }

    /// An empty cell is an empty prompt, unless there is one for all rows.
    void emptyCellsAreEmptyPrompts() {
        const QString list = written("list.csv", "prompt,negative_prompt\na dog,\na dog,blurry\n");
        const QString empty = made("empty one", {"a dog", "-n", ""}), folder = made("cells", {"-p", list});
        QCOMPARE(negative_in(folder, 0), std::optional<std::string>(""));
        QCOMPARE(negative_in(folder, 1), std::optional<std::string>("blurry"));
        QCOMPARE(hash_in(folder, 0), hash_in(empty));
        QCOMPARE(negative_in(made("filled", {"-p", list, "-n", "ugly"}), 0), std::optional<std::string>("ugly"));

        const QString lines = written("list.jsonl",
                                      "{\"prompt\":\"a dog\"}\n{\"prompt\":\"a dog\",\"negative_prompt\":\"\"}\n"
                                      "{\"prompt\":\"a dog\",\"negative_prompt\":null}\n");
        const QString objects = made("objects", {"-p", lines});
        QCOMPARE(negative_in(objects, 0), std::nullopt);
        QCOMPARE(negative_in(objects, 1), std::optional<std::string>(""));
        QCOMPARE(negative_in(objects, 2), std::optional<std::string>(""));  // null is an empty cell
        QCOMPARE(hash_in(objects, 1), hash_in(empty));
    }

    void aColumnTellsWhatEmptyCellsAre() {
        const QString list =
            written("told.csv", "has_negative_prompt,prompt,negative_prompt\nno,a dog,\nyes,a dog,\n,a dog,\n");
        const QString folder = made("told", {"-p", list}), filled = made("told too", {"-p", list, "-n", "ugly"});
        QCOMPARE(negative_in(folder, 0), std::nullopt);
        QCOMPARE(negative_in(folder, 1), std::optional<std::string>(""));
        QCOMPARE(negative_in(folder, 2), std::optional<std::string>(""));
        QCOMPARE(negative_in(filled, 0), std::optional<std::string>("ugly"));
        QCOMPARE(negative_in(filled, 1), std::optional<std::string>(""));
        QCOMPARE(negative_in(filled, 2), std::optional<std::string>("ugly"));
        const QString wrong = written("wrong.csv", "prompt,has_negative_prompt\na dog,maybe\n");
        QVERIFY(made("wrong", {"-p", wrong}).contains("has_negative_prompt must be yes or no, not \"maybe\""));
    }

    /// Either file, and a run that has a negative prompt only here and there.
    void aManifestMakesTheSamePicturesAgain() {
        const QString list = written("three.jsonl",
                                     "{\"prompt\":\"a dog\"}\n{\"prompt\":\"a dog\",\"negative_prompt\":\"\"}\n"
                                     "{\"prompt\":\"a dog\",\"negative_prompt\":\"blurry\"}\n");
        const QString first = made("three", {"-p", list});
        QVERIFY(content_of(first + "/manifest.csv").contains("negative_prompt,has_negative_prompt,"));
        for (const QString name : {"manifest.csv", "manifest.jsonl"}) {
            const QString again = made("three by " + name, {"-p", first + "/" + name});
            QCOMPARE(images_in(again), images_in(first));
            QCOMPARE(negative_in(again, 0), std::nullopt);
        }
        QVERIFY(!content_of(made("none absent", {"a dog", "-n", ""}) + "/manifest.csv").contains("has_negative"));
    }

    /// Rows with and without a negative prompt may share a micro-batch.
    void neighboursDoNotMatter() {
        const QString list = written("mixed.csv", "prompt,negative_prompt\na dog,blurry\na cat,\n");
        const QString together = made("together", {"-p", list, "--batch-size", "2"}),
                      none = made("without", {"a dog", "a cat", "--batch-size", "2"});
        QVERIFY(hash_in(together, 0) != hash_in(none, 0));
        const QString alone = made("alone", {"a dog", "-n", "blurry", "--batch-size", "2"});
        QCOMPARE(hash_in(alone), hash_in(together, 0));
    }

    void aPictureTellsHowToMakeItAgain_data() {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("without a negative prompt") << QStringList{};
        QTest::newRow("with an empty one") << QStringList{"-n", ""};
        QTest::newRow("with second prompts")
            << QStringList{"--prompt-2", "an (oil:1.2) painting", "--negative-prompt-2", "grey"};
        QTest::newRow("as a part") << QStringList{"--original-size", "512x384", "--crop", "64,8"};
    }
    void aPictureTellsHowToMakeItAgain() {
        QFETCH(QStringList, options);
        const QString first = made(QString("first ") + QTest::currentDataTag(), QStringList{"a dog"} + options);
        QCOMPARE(images_in(first).size(), 1);
        const QString image = first + "/" + QDir(first).entryList({"*.png"}).at(0),
                      again = home_.path(QString("again ") + QTest::currentDataTag());
        const ProgramResult run =
            run_fanlight({"replay", image, "-m", models_ + "sdxl", "--devices", "cpu", "-o", again});
        QVERIFY2(run.status == 0, qPrintable(run.output()));
        QCOMPARE(images_in(again), images_in(first));
        QVERIFY(image_of(rows_in(again).at(0).item) == image_of(rows_in(first).at(0).item));
    }

    void sizesAndCropsReachTheModel() {
        const QString plain = made("plain", {"a dog"}), part = made("part", {"a dog", "--original-size", "2048x1024"}),
                      cropped = made("cropped", {"a dog", "--crop", "64,8"}),
                      same = made("same", {"a dog", "--original-size", "32×32", "--crop", "0, 0"});
        QVERIFY(hash_in(plain) != hash_in(part));
        QVERIFY(hash_in(plain) != hash_in(cropped));
        QVERIFY(hash_in(part) != hash_in(cropped));
        QCOMPARE(image_of(rows_in(cropped).at(0).item).crop, (PicturePlace{64, 8}));
        QCOMPARE(image_of(rows_in(part).at(0).item).original_size, (std::optional<PictureSize>({2048, 1024})));
        QCOMPARE(images_in(same).size(), 1);

        const QString list = written("sizes.csv", "prompt,original_size,crop\na dog,2048x1024,\na dog,,\"64,8\"\n");
        const QString listed = made("sizes", {"-p", list});
        QCOMPARE(hash_in(listed, 0).size(), size_t{64});
        QVERIFY(image_of(rows_in(listed).at(0).item) == image_of(rows_in(part).at(0).item));
        QVERIFY(image_of(rows_in(listed).at(1).item) == image_of(rows_in(cropped).at(0).item));
        QVERIFY(content_of(listed + "/manifest.csv").contains("original_size,crop,"));
    }

    void secondPromptsReachTheSecondTextEncoder() {
        const QString plain = made("first alone", {"a dog", "-n", "bad"}),
                      second = made("second", {"a dog", "-n", "bad", "--prompt-2", "in oil"}),
                      negative = made("second negative", {"a dog", "-n", "bad", "--negative-prompt-2", "grey"}),
                      same = made("the same", {"a dog", "-n", "bad", "--prompt-2", "a dog", "--negative-prompt-2", ""});
        QVERIFY(hash_in(plain) != hash_in(second));
        QVERIFY(hash_in(plain) != hash_in(negative));
        QVERIFY(images_in(same).size() == 1);
        QCOMPARE(image_of(rows_in(second).at(0).item).prompt_2, std::string("in oil"));

        const QString list = written("second.csv",
                                     "prompt,negative_prompt,prompt_2,negative_prompt_2\n"
                                     "a dog,bad,in oil,\na dog,bad,,grey\na dog,bad,,\n");
        const QString listed = made("second listed", {"-p", list});
        QVERIFY(image_of(rows_in(listed).at(0).item) == image_of(rows_in(second).at(0).item));
        QVERIFY(image_of(rows_in(listed).at(1).item) == image_of(rows_in(negative).at(0).item));
        QVERIFY(image_of(rows_in(listed).at(2).item) == image_of(rows_in(plain).at(0).item));
        QVERIFY(content_of(listed + "/manifest.csv").contains("prompt_2,negative_prompt_2,"));
        QVERIFY(rows_in(made("listed again", {"-p", listed + "/manifest.csv"})).size() == 3);

        const QString both = made("both", {"-p", list, "--prompt-2", "in ink"});
        QCOMPARE(image_of(rows_in(both).at(0).item).prompt_2, std::string("in oil"));
        QCOMPARE(image_of(rows_in(both).at(1).item).prompt_2, std::string("in ink"));
    }

    /// What goes around prompts is the first text encoder's.
    void aSecondPromptHasNoAffixes() {
        const QString folder = made("affixed", {"a dog", "--prefix", "a photo of", "--prompt-2", "in oil"});
        QCOMPARE(image_of(rows_in(folder).at(0).item).prompt, std::string("a photo of, a dog"));
        QCOMPARE(image_of(rows_in(folder).at(0).item).prompt_2, std::string("in oil"));
    }

    void loraTagsAreTakenOutOfSecondPrompts() {
        const QString lora = source_path("/tests/golden/data/lora/xl_diffusers.safetensors:0.5"),
                      tag = " <lora:" + lora + ">";
        const QString named = made("named", {"a dog", "--prompt-2", "in oil", "--lora", lora}),
                      tagged = made("tagged", {"a dog", "--prompt-2", "in oil" + tag}),
                      list = written("tags.csv", "prompt,prompt_2\na dog,in oil" + tag.toUtf8() + "\n");
        QCOMPARE(hash_in(tagged), hash_in(named));
        QCOMPARE(hash_in(made("tagged row", {"-p", list})), hash_in(named));
        QVERIFY(hash_in(named) != hash_in(made("no tag", {"a dog", "--prompt-2", "in oil"})));
    }

    void othersRefuseSecondPrompts() {
        const QString said = made("one encoder", {"a dog", "--prompt-2", "in oil"}, "sd1");
        QVERIFY2(said.contains("--prompt-2: the model sd1 has no second text encoder"), qPrintable(said));
        QVERIFY(made("one encoder", {"a dog", "--negative-prompt-2", "grey"}, "sd1")
                    .contains("--negative-prompt-2: the model sd1 has no second text encoder"));
        const QString list = written("seconds.csv", "prompt,prompt_2\na dog,\na dog,in oil\n");
        QVERIFY(made("one encoder", {"-p", list}, "sd1").contains("seconds.csv, line 3"));
        const QString tag = written("tag.csv", "prompt,prompt_2\na dog,in oil <lora:nowhere:1>\n");
        QVERIFY(made("no LoRA", {"-p", tag}).contains("There is no LoRA \"nowhere\""));
        QVERIFY(made("no LoRA", {"a dog", "--prompt-2", "in oil <lora:nowhere:1>"}).contains("There is no LoRA"));
    }

    void othersRefuseSizesAndCrops() {
        const QString said = made("refused", {"a dog", "--crop", "64,0"}, "sd1");
        QVERIFY2(said.contains("--crop: the model sd1 is told neither an original size nor a crop"), qPrintable(said));
        const QString list = written("crops.csv", "prompt,crop\na dog,\"64,0\"\n");
        QVERIFY(made("refused too", {"-p", list}, "sd1").contains("crops.csv, line 2"));
        QVERIFY(made("no place", {"a dog", "--crop", "left"})
                    .contains("--crop: crop must be how many pixels from the left and from the top"));
        QVERIFY(made("no size", {"a dog", "--original-size", "0x5"}).contains("original_size must be a size from 1x1"));
    }
};

FANLIGHT_TEST(TestStableDiffusionXl, QCoreApplication)
#include "tst_stable_diffusion_xl.moc"

#include "core/images/image_prompts.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/batch/items.h"
#include "core/images/infotext.h"
#include "core/images/png_writer.h"
#include "core/images/recipe_text.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

class TestImagePrompts : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    fs::path folder_;

    void write_png(const std::string& name, const std::vector<PngText>& texts) const {
        const std::vector<uint8_t> rgb(8 * 8 * 3);
        replace_file(folder_ / name, encode_png({rgb.data(), 8, 8}, texts));
    }

    QString error_of(const fs::path& path) const {
        try {
            load_prompts_or_images(path);
        } catch (const UsageError& error) {
            return QString::fromUtf8(error.what());
        }
        return "no error";
    }

private Q_SLOTS:
    void init() {
        folder_ = fs::path(dir_.path().toStdString()) / QTest::currentTestFunction();
        fs::create_directories(folder_);
    }

    void ourImageIsMadeAgainExactly() {
        Item item{3, 1, "a.png", {}};
        item.task = ImageTask{.prompt = "دجاجة\nNegative prompt: none",
                              .negative_prompt = "blurry",
                              .seed = 18446744073709551615u,
                              .steps = 7,
                              .cfg_scale = 1.25,
                              .width = 64,
                              .height = 128,
                              .sampler = "dpmpp_2m",
                              .schedule = "trailing",
                              .clip_skip = 1};
        item.task.edit<ImageTask>().rescale_cfg = 0.7;
        item.task.edit<ImageTask>().cfg_end = 0.5;
        item.task.edit<ImageTask>().true_cfg_scale = 2.5;
        item.task.edit<ImageTask>().subseed = 3;
        item.task.edit<ImageTask>().subseed_strength = 0.125;
        item.task.edit<ImageTask>().timesteps = Shared(Timesteps{999, 800, 600, 400, 200, 100, 0});
        write_png(item.place, image_texts(item, {}));
        const RowDefaults defaults{ImageTask{}, 1};
        const auto items = expand(load_prompts_or_images(folder_ / item.place), defaults);
        QCOMPARE(items.size(), size_t{1});
        QVERIFY(image_of(items[0]) == image_of(item));
    }

    void theTextOfOtherProgramsIsUnderstood() {
        write_png("a.PNG",
                  {{"parameters",
                    "a dog\nNegative prompt: blurry\nSteps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 5, "
                    "Size: 512x768, Clip skip: 2, Variation seed: 9, Variation seed strength: 0.3, Model: x"}});
        const auto rows = load_prompts_or_images(folder_ / "a.PNG");
        QCOMPARE(rows.size(), size_t{1});
        const Overrides& o = rows[0].overrides;
        QCOMPARE(rows[0].prompt, std::string("a dog"));
        QCOMPARE(*o.negative_prompt, std::string("blurry"));
        QCOMPARE(*o.sampler, std::string("dpmpp_2m"));
        QCOMPARE(*o.subseed, uint64_t{9});
        QCOMPARE(*o.subseed_strength, 0.3);
        QCOMPARE(*o.schedule, std::string("karras"));
        QVERIFY(o.steps == 20 && o.cfg_scale == 7 && o.seed == 5u && o.width == 512 && o.height == 768);
        QVERIFY(o.clip_skip == 1 && !o.images);
    }

    void bothScalesAreReadFromOurTextForOtherPrograms() {
        ImageTask image{
            .prompt = "a dog", .steps = 4, .width = 64, .height = 64, .sampler = "euler", .schedule = "default"};
        image.cfg_floor = most_cfg_scale;
        for (const double scale : {0.0, 1.0, 3.5})
            for (const double true_scale : {1.0, 2.5, 3.5}) {
                image.cfg_scale = scale;
                image.true_cfg_scale = true_scale;
                write_png("a.png", {{"parameters", infotext(image, {})}});
                const Overrides read = load_prompts_or_images(folder_ / "a.png").at(0).overrides;
                QCOMPARE(read.cfg_scale, std::optional(scale));
                QCOMPARE(read.true_cfg_scale.value_or(1), true_scale);
            }
    }

    void bothScalesAreReadForTheModelThatTheyAreFor() {
        ImageTask image{
            .prompt = "a dog", .steps = 4, .width = 64, .height = 64, .sampler = "euler", .schedule = "default"};
        const auto read = [&](OthersCfg cfg) {
            write_png("a.png", {{"parameters", infotext(image, {})}});
            ListReading reading;
            reading.others_cfg = cfg;
            return load_prompts_or_images(folder_ / "a.png", reading).at(0).overrides;
        };
        for (const double scale : {0.0, 0.1, 1.0, 5.0}) {
            image.cfg_floor = 0;
            image.cfg_scale = scale;
            QCOMPARE(read(OthersCfg::OneMore).cfg_scale, std::optional(scale));
        }
        image.cfg_floor = most_cfg_scale;
        for (const double scale : {0.0, 1.0, 3.5})
            for (const double true_scale : {1.0, 2.5}) {
                image.cfg_scale = scale;
                image.true_cfg_scale = true_scale;
                const Overrides both = read(OthersCfg::True);
                QVERIFY(both.cfg_scale == scale && both.true_cfg_scale == true_scale);
            }
    }

    void anEmphasisIsReadFromEitherText() {
        const auto emphasis = [&](const char* keyword, const std::string& text) {
            write_png("a.png", {{keyword, text}});
            return load_prompts_or_images(folder_ / "a.png").at(0).overrides.emphasis.value();
        };
        const std::string steps = "(a)\nSteps: 2, Sampler: Euler, Seed: 1, Size: 8x8";
        QVERIFY(emphasis("parameters", steps) == Emphasis::Original);
        QVERIFY(emphasis("parameters", steps + ", Emphasis: No norm") == Emphasis::NoNorm);
        QVERIFY(emphasis("parameters", steps + ", Emphasis: None") == Emphasis::None);
        QVERIFY(emphasis("fanlight", R"({"parameters": {"prompt": "a [b]"}})") == Emphasis::Literal);
        const char* own = R"({"parameters": {"prompt": "a [b]", "emphasis": "ignore"}})";
        QVERIFY(emphasis("fanlight", own) == Emphasis::Ignore);
    }

    void aFolderGivesItsImagesByName() {
        for (const char* name : {"b", "a", "c"})
            write_png(std::string(name) + ".png", {{"parameters", std::string("a ") + name}});
        write_png(".half.png", {});
        std::ofstream(folder_ / "manifest.csv") << "prompt\n";
        const auto rows = load_prompts_or_images(folder_);
        QCOMPARE(rows.size(), size_t{3});
        QCOMPARE(rows[1].prompt, std::string("a b"));
        QCOMPARE(rows[1].source.text(), (folder_ / "b.png").string());
    }

    void whatCannotBeMadeIsRefusedByName_data() {
        QTest::addColumn<QString>("keyword");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("nothing") << "Comment" << QByteArray("x") << " does not tell how it was made; leave it out.";
        QTest::newRow("size") << "parameters"
                              << QByteArray("a\nSteps: 2, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 63x64")
                              << ": width must be a multiple of 8";
        QTest::newRow("clip skip") << "parameters"
                                   << QByteArray("a\nSteps: 2, Sampler: Euler, Clip skip: many, Seed: 1, Size: 8x8")
                                   << ": clip_skip must be a whole number";
        QTest::newRow("no JSON") << "fanlight" << QByteArray("{") << ", line 1, column 2: is not valid JSON";
        QTest::newRow("no prompt") << "fanlight" << QByteArray("{\"parameters\": {}}") << ": \"prompt\" is missing";
        QTest::newRow("wrong type") << "fanlight" << QByteArray("{\"parameters\": {\"prompt\": \"a\", \"steps\": 2.5}}")
                                    << ": steps must be a whole number";
        QTest::newRow("NUL") << "fanlight" << QByteArray("{\"parameters\": {\"prompt\": \"a\\u0000\"}}")
                             << ": the prompt holds a NUL character";
    }
    void whatCannotBeMadeIsRefusedByName() {
        QFETCH(QString, keyword);
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        write_png("a.png", {{keyword.toStdString(), text.toStdString()}});
        const QString error = error_of(folder_ / "a.png");
        QVERIFY2(error.startsWith(QString::fromStdString((folder_ / "a.png").string()) + message), qPrintable(error));
    }

    void whatIsNoImageIsRefused() {
        std::ofstream(folder_ / "a.png") << "text";
        QVERIFY(error_of(folder_ / "a.png").endsWith("a.png: it is not a PNG."));
        QVERIFY(error_of(folder_ / "missing.png").contains("missing.png: No such file"));
        fs::create_directory(folder_ / "empty");
        QVERIFY(error_of(folder_ / "empty").endsWith("empty holds no PNG."));
    }
};

FANLIGHT_TEST(TestImagePrompts)
#include "tst_image_prompts.moc"

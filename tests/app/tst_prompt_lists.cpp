#include <QTest>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/images/png_writer.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Lists of other programs on the command line: what they mean, and what is said about them.
class TestPromptLists : public QObject {
    Q_OBJECT

    PrivateHome home_;

    QString written(const QString& name, const QByteArray& text) const {
        QFile file(home_.path(name));
        if (file.open(QIODevice::WriteOnly)) file.write(text);
        return file.fileName();
    }

    QString png(const QString& name, const std::string& parameters) const {
        const std::vector<uint8_t> rgb(8 * 8 * 3);
        replace_file(home_.path(name).toStdString(), encode_png({rgb.data(), 8, 8}, {{"parameters", parameters}}));
        return home_.path(name);
    }

    static ProgramResult dry_run(const QStringList& options) {
        return run_fanlight(QStringList{"generate", "--dry-run", "--devices", "cpu", "-W", "64", "-H", "64"} + options);
    }

    /// The parameters of the items that would be made.
    static std::vector<Json> planned(const QStringList& options) {
        const ProgramResult ended = dry_run(options + QStringList{"--json"});
        if (ended.status != 0) qWarning("%s", qPrintable(ended.err));
        std::vector<Json> items;
        for (const QByteArray& line : ended.out.toUtf8().split('\n'))
            if (!line.isEmpty()) items.push_back(Json::parse(line.toStdString()).at("parameters"));
        return items;
    }

    static std::vector<uint64_t> seeds(const QStringList& options) {
        std::vector<uint64_t> seeds;
        for (const Json& item : planned(options)) seeds.push_back(item.at("seed"));
        return seeds;
    }

private Q_SLOTS:
    void aMinusOneIsDrawn() {
        const auto run = seeds({"a", "b", "--seed", "-1"}), again = seeds({"a", "b", "--seed=-1"});
        QCOMPARE(run.size(), size_t{2});
        QCOMPARE(run[1], run[0] + 1);
        QVERIFY(run[0] <= UINT32_MAX && run[0] != again[0]);
        const auto rows = seeds({"-p", written("s.csv", "prompt,seed\na,-1\nb,\nc,-1\n")});
        QVERIFY(rows[0] != rows[2] && rows[1] == 43);
    }

    void rowsMayHaveTheSameSeed() {
        QCOMPARE(seeds({"a", "b", "c", "--seed", "5", "--same-seed"}), (std::vector<uint64_t>{5, 5, 5}));
        QCOMPARE(seeds({"-p", written("t.csv", "prompt,seed\na,\nb,9\nc,\n"), "--same-seed"}),
                 (std::vector<uint64_t>{42, 9, 42}));
        const auto drawn = seeds({"a", "b", "--seed", "-1", "--same-seed"});
        QCOMPARE(drawn[0], drawn[1]);
        QVERIFY(
            dry_run({"a", "--images", "2", "--same-seed"}).err.contains("--same-seed: the 2 results of a prompt are"));
        const QString several = written("several.csv", "prompt,images\na,\nb,3\n");
        QVERIFY(dry_run({"-p", several, "--same-seed"}).err.contains("--same-seed: the 3 results of a prompt are"));
        const QStringList variations = {"a", "--images", "2", "--same-seed", "--subseed", "1", "--subseed-strength"};
        QVERIFY(dry_run(variations + QStringList{"0"}).err.contains("are all alike"));
        QCOMPARE(dry_run(variations + QStringList{"0.1"}).err.contains("are all alike"), false);
    }

    void columnsAreChosen() {
        const QString foreign = written("f.jsonl", "{\"tag\": \"one\", \"caption\": \"a bench\", \"number\": 7}\n");
        const auto items = planned({"-p", foreign, "--columns", "caption=prompt,number=seed", "--ignore-columns"});
        QCOMPARE(items.at(0).at("prompt").get<std::string>(), std::string("a bench"));
        QCOMPARE(items.at(0).at("seed").get<int>(), 7);
        const auto certain =
            planned({"-p", foreign, "--columns", "caption=prompt", "--ignore-columns=tag,number", "b"});
        QCOMPARE(certain.size(), size_t{2});
        const ProgramResult refused = dry_run({"-p", foreign});
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains("--ignore-columns") && refused.err.count("f.jsonl, line 1") == 4 &&
                     refused.err.count('\n') == 4,
                 qPrintable(refused.err));
    }

    void whatHasNoEffectIsSaidOnce() {
        const ProgramResult ended = dry_run({"-p", written("m.csv", "prompt,dtype,file\na,x,1.png\nb,y,2.png\n")});
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.err.contains("The column dtype has no effect in 2 rows (first ") &&
                     ended.err.contains("The column file has no effect in 2 rows (first "),
                 qPrintable(ended.err));
    }

    void aTableOnStandardInputIsRead() {
        const QString command =
            "printf 'prompt\\tsteps\\na\\t3\\n' | \"$0\" generate --dry-run --json --devices cpu -p -";
        const ProgramResult ended = run_program("/bin/sh", {"-c", command, build_path("/fanlight")});
        QCOMPARE(ended.status, 0);
        QVERIFY2(ended.out.contains("\"steps\":3"), qPrintable(ended.output()));
    }

    void aFolderOfA1111SaysOnceWhatItCannotDo() {
        QVERIFY(QDir(home_.path("")).mkpath("pictures"));
        const std::string settings = "\nSteps: 2, CFG scale: 7, Seed: 5, Size: 64x64, Clip skip: 2, Sampler: ";
        png("pictures/a.png", "a <lora:x:1>" + settings + "Euler, Hires upscale: 2");
        png("pictures/b.png", "b <lora:x:1>" + settings + "DPM fast, Hires upscale: 2");
        const ProgramResult ended = dry_run({"-p", home_.path("pictures")});
        QCOMPARE(ended.status, 0);
        for (const char* said :
             {"\"Hires upscale\" has no effect in 2 images", "The LoRA \"x\" is left out in 2 images",
              "The sampler \"DPM fast\" is not known in 1 image"})
            QVERIFY2(ended.err.count(said) == 1, qPrintable(ended.err));

        const QString file = home_.path("pictures/a.png"), models = source_path("/tests/golden/data/pipelines/");
        QCOMPARE(planned({"-p", file, "-m", models + "sd1"}).at(0).at("clip_skip").get<int>(), 1);
        QCOMPARE(planned({"-p", file, "-m", models + "sd2"}).at(0).at("clip_skip").get<int>(), 0);
        QCOMPARE(planned({"-p", file, "-m", models + "sdxl"}).at(0).at("clip_skip").get<int>(), 0);
    }

    void namesForDevicesAreChanged() {
        QVERIFY(dry_run({"con", "--name-pattern", "[prompt]"}).out.startsWith("_con.png "));
    }
};

FANLIGHT_TEST(TestPromptLists, QCoreApplication)
#include "tst_prompt_lists.moc"

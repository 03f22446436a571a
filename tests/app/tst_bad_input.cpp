#include <QTest>

#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Impossible requests are refused before a model is loaded or a file written, in one sentence that says what to do.
class TestBadInput : public QObject {
    Q_OBJECT

    PrivateHome home_;

    QString written(const QString& name, const QByteArray& text) const {
        QFile file(home_.path(name));
        if (file.open(QIODevice::WriteOnly)) file.write(text);
        return file.fileName();
    }

    /// `rest`: the map's entries besides conv_in.
    QStringList mapped(const QString& name, const QByteArray& rest) const {
        return sharded({"--device-map", written(name + ".json", R"({"conv_in": "cpu", )" + rest + "}")});
    }

    static QStringList replicas(const QStringList& options) {
        return QStringList{"generate", "a dog", "--devices", "cpu"} + options;
    }
    static QStringList sharded(const QStringList& options) { return replicas({"--mode", "sharded"}) + options; }
    static QStringList pipelined(const QStringList& options) {
        return QStringList{"generate", "a dog", "--mode", "pipelined", "--devices", "cpu,cpu"} + options;
    }

private Q_SLOTS:
    void valuesWithoutTheirOptionAreNoPrompts_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("named");
        QTest::newRow("memory") << QStringList{"plan", "a cat", "--max-memory", "cuda:0=4GB", "cuda:1=8GB"}
                                << "--max-memory cuda:1=8GB";
        QTest::newRow("assumed memory") << QStringList{"plan", "--assume=cuda:0=4GB", "cpu=8GB", "a cat"}
                                        << "--assume cpu=8GB";
        QTest::newRow("reserved memory") << QStringList{"generate", "--reserve-memory", "cuda:0=1GB", "cuda:1=0"}
                                         << "--reserve-memory cuda:1=0";
        QTest::newRow("no option before") << QStringList{"generate", "a cat", "disk=1GB"} << "--max-memory disk=1GB";
        QTest::newRow("LoRA") << QStringList{"generate", "--lora", "a.safetensors", "b.safetensors:0.8"}
                              << "--lora b.safetensors:0.8";
        QTest::newRow("columns") << QStringList{"generate", "--columns", "a=prompt", "number=seed"}
                                 << "--columns number=seed";
        QTest::newRow("LoRA alone") << QStringList{"generate", "b.safetensors"} << "--lora b.safetensors";
    }
    void valuesWithoutTheirOptionAreNoPrompts() {
        QFETCH(QStringList, words);
        QFETCH(QString, named);
        const ProgramResult ended = run_fanlight(words + QStringList{"--dry-run"}.mid(words[0] == "plan" ? 1 : 0));
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.err.contains("is not a prompt; give each value an option of its own: " + named + ".\n"),
                 qPrintable(ended.output()));
    }

    void aRunIsResumedAsItWasBegun_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("named");
        QTest::newRow("dry run") << QStringList{"--dry-run"} << "--dry-run";
        QTest::newRow("seed") << QStringList{"--seed", "3"} << "--seed";
        QTest::newRow("steps") << QStringList{"--steps", "2", "-W", "64"} << "--width and --steps,";
        QTest::newRow("LoRA") << QStringList{"--lora", "a.safetensors"} << "--lora";
        QTest::newRow("same seed") << QStringList{"--same-seed"} << "--same-seed";
        QTest::newRow("literal") << QStringList{"--literal"} << "--literal";
    }
    void aRunIsResumedAsItWasBegun() {
        QFETCH(QStringList, options);
        QFETCH(QString, named);
        const ProgramResult ended = run_fanlight(QStringList{"generate", "--resume", "/nowhere"} + options);
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.err.contains(named), qPrintable(ended.output()));
    }

    void promptsMayLookLikeAnything() {
        const ProgramResult ended = run_fanlight({"generate", "--dry-run", "-n", "cpu=3", "cuda:1", "x=y",
                                                  "a b.safetensors", "--", "cpu=1GB", "-p", "[a|b]"});
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        for (const char* prompt : {"cuda:1", "x=y", "a b.safetensors", "cpu=1GB", "-p", "[a|b]"})
            QVERIFY2(ended.out.contains(QString(": ") + prompt + "\n"), qPrintable(ended.output()));
    }

    void isRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, const QStringList& arguments, const QString& sentence) {
            QTest::newRow(name) << arguments << sentence;
        };
        const QByteArray rest = R"("time_embedding": 0, "down_blocks": 0, "mid_block": 0, "up_blocks": 0, )"
                                R"("conv_norm_out": 0, "conv_out": 0)";
        const QByteArray all_on_cpu = QByteArray(rest).replace(": 0", R"(: "cpu")");

        row("no prompt", {"generate"}, "There is no prompt; give one in quotes, or a list with --prompts FILE");
        row("an empty list", {"generate", "-p", written("empty.txt", "\n# nothing\n")},
            "empty.txt is empty: it holds no prompt");
        row("no images", replicas({"--images-per-prompt", "0"}), "--images: images must be a whole number from 1");
        row("no list", {"generate", "-p", home_.path("none.csv")}, "none.csv");
        row("a folder without pictures", {"generate", "-p", home_.path("data")}, "data");
        row("a mistake in a list", {"generate", "-p", written("wrong.csv", "prompt,steps\na dog,many\n")},
            "wrong.csv, line 2, column 7: steps");
        row("a list that is no text", {"generate", "-p", written("binary.txt", QByteArray(64, '\xff'))}, "binary.txt");
        row("a guidance that is not a number", replicas({"--cfg-scale", "much"}), "--cfg-scale: ");
        row("no steps", replicas({"--steps", "0"}), "--steps: steps must be a whole number from 1");
        row("an odd width", replicas({"--width", "100"}), "--width");
        row("no model", replicas({"-m", home_.path("nothing")}), home_.path("nothing"));
        row("no sigma schedule", replicas({"--sampler", "ddim", "--schedule", "karras"}),
            "Prompt 1: sampler ddim cannot follow the schedule karras; ");
        row("no sigma schedule, tried out", replicas({"--dry-run", "--sampler", "lcm", "--schedule", "exponential"}),
            "Prompt 1: The sampler lcm cannot follow the schedule exponential; ");
        row("no sigma schedule in a list",
            {"generate", "-p", written("schedules.csv", "prompt,sampler,schedule\na,euler,karras\nb,ddim,karras\n")},
            "schedules.csv, line 3: sampler ddim cannot follow the schedule karras; ");
        row("more steps than trained", replicas({"--steps", "1001"}), "steps must be ");
        row("too many steps for lcm", replicas({"--sampler", "lcm", "--steps", "51"}),
            "Prompt 1: The sampler lcm takes at most 50 steps for this model (\"original_inference_steps\"), not 51.");
        row("plan: no sigma schedule", {"plan", "a dog", "--sampler", "ddim", "--schedule", "karras"},
            "Prompt 1: sampler ddim cannot follow the schedule karras; ");
        row("plan: too many steps for lcm", {"plan", "a dog", "--sampler", "lcm", "--steps", "51"},
            "Prompt 1: The sampler lcm takes at most 50 steps for this model");
        row("no sampler", replicas({"--sampler", "best"}), "best");
        row("an unknown option", replicas({"--fast"}), "--fast");
        row("an unknown command", {"genarate"},
            "There is no command \"genarate\"; the commands are generate, text, classify, score, plan");

        row("no device", {"generate", "a dog", "--devices", "cuda:0"},
            "--devices: there is no device \"cuda:0\"; this machine has cpu");
        row("an unknown mode", replicas({"--mode", "parallel"}), "parallel");
        row("padding of shares that are pulled", replicas({"--apply-padding"}),
            "--apply-padding belongs to --split even");
        row("replicas of a sharded model", sharded({"--replicas", "2"}), "--replicas belongs to --mode pipelined");
        row("stages of replicas", replicas({"--stages", "2"}), "--stages belongs to --mode pipelined");
        row("stages of replicas, tried out", replicas({"--dry-run", "--stages", "2"}),
            "--stages belongs to --mode pipelined");
        row("chunks of replicas", replicas({"--num-chunks", "2"}), "--num-chunks belongs to --mode pipelined");
        row("a map of a pipeline", pipelined({"--device-map", "balanced"}), "--device-map belongs to --mode sharded");

        row("no stages", pipelined({"--stages", "0"}), "--stages");
        row("no chunks", pipelined({"--num-chunks", "0"}), "--num-chunks");
        row("no pipelines", pipelined({"--replicas", "0"}), "--replicas");
        row("more stages than layers", pipelined({"--stages", "1000"}),
            "A pipeline of 1000 stages needs as many layers, and the model has ");
        row("more stages than devices", pipelined({"--stages", "3"}),
            "1 pipeline of 3 stages would take 3 devices, not 2");
        row("more pipelines than devices", pipelined({"--replicas", "2", "--stages", "2"}),
            "2 pipelines of 2 stages would take 4 devices, not 2");
        row("an unknown split point", pipelined({"--split-points", "middle"}),
            "--split-points: \"middle\" is not a layer of the model; its layers are like ");
        row("split points for other stages", pipelined({"--split-points", "mid_block", "--stages", "1"}),
            "--split-points names the beginnings of 2 stages, not of 1");
        row("a stage without memory", pipelined({"--max-memory", "cpu=10KB"}),
            "no device has more than 10.00 KB (cpu)");

        row("an unknown module", mapped("unknown", all_on_cpu + R"(, "attention": "cpu")"),
            "The device map names \"attention\", which is not a module of the model");
        row("a module left out", mapped("left out", R"("down_blocks": "cpu")"), "The device map leaves out ");
        row("a device that is not there", mapped("elsewhere", rest), "\" on cuda:0, which is not among the devices");
        row("no such device", mapped("tpu", R"("down_blocks": "tpu")"),
            "tpu.json: the device of \"down_blocks\" is \"tpu\"; it must be a number, \"cuda:N\", \"cpu\" or \"disk\"");
        row("a map that is not JSON", sharded({"--device-map", written("broken.json", "conv_in: cpu")}),
            "broken.json, line 1, column 1: is not valid JSON");
        row("a map that is a list", sharded({"--device-map", written("list.json", "[]")}),
            "list.json: a device map is an object of module names and devices");
        row("no map", sharded({"--device-map", "best"}),
            "--device-map: \"best\" is not a file, and the strategies are auto, ");

        row("memory of no device", sharded({"--max-memory", "tpu=1GB"}),
            "there is no device \"tpu\"; devices are cuda:N, cpu and disk");
        row("memory of an absent device", sharded({"--max-memory", "cuda:7=1GB"}),
            "--max-memory names cuda:7, which is not among the devices");
        row("memory without an amount", sharded({"--max-memory", "cpu"}),
            "\"cpu\" is not of the form DEVICE=SIZE, such as cuda:0=10GB");
        row("no amount of memory", sharded({"--max-memory", "cpu=much"}), "\"much\" is no amount of memory");

        row("plan: no prompt", {"plan"}, "There is no prompt");
        row("plan: a disk", {"plan", "a dog", "--assume", "disk=1GB"},
            "--assume: the disk is not a device that computes");
        row("plan: no size", {"plan", "a dog", "--assume", "cuda:0"}, "\"cuda:0\" is not of the form DEVICE=SIZE");
        row("plan: more stages than devices",
            {"plan", "a dog", "--assume", "cuda:0=24GB", "--mode", "pipelined", "--stages", "2"},
            "1 pipeline of 2 stages would take 2 devices, not 1");
        row("launch: nothing", {"launch", "--num-processes", "2"}, "fanlight launch [options] generate");
        row("launch: no processes", {"launch", "--num-processes", "0", "generate", "a dog"}, "--num-processes");
        row("launch: what generate refuses",
            QStringList{"launch", "--num-processes", "2"} + replicas({"--stages", "2"}),
            "--stages belongs to --mode pipelined");
        row("launch: no whole pipelines", QStringList{"launch", "--num-processes", "3"} + pipelined({}),
            "start a multiple of 2");
    }
    void isRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, sentence);
        const QStringList before = contents_of(home_.path(""));
        const QString output = home_.path("out");
        if (arguments.contains("generate")) arguments << "-o" << output;
        const ProgramResult ended = run_fanlight(arguments);
        QVERIFY2(ended.err.contains(sentence), qPrintable(ended.output()));
        QVERIFY2(ended.err.startsWith("fanlight: ") && ended.err.count('\n') == 1, qPrintable(ended.output()));
        QVERIFY2(ended.out.isEmpty(), qPrintable(ended.out));
        QCOMPARE(ended.status, 2);
        QVERIFY(!QFile::exists(output));
        QCOMPARE(contents_of(home_.path("")), before);
    }

    /// Whoever tries a run out first learns of everything that would stop it.
    void aDryRunRefusesTheSame_data() { isRefused_data(); }
    void aDryRunRefusesTheSame() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, sentence);
        if (arguments.front() != "generate") return;
        if (!arguments.contains("--dry-run")) arguments << "--dry-run";
        const ProgramResult ended = run_fanlight(arguments);
        QVERIFY2(ended.err.contains(sentence), qPrintable(ended.output()));
        QVERIFY2(ended.out.isEmpty(), qPrintable(ended.out));
        QCOMPARE(ended.status, 2);
    }

    void anUnwritableTargetIsNamed_data() {
        QTest::addColumn<QString>("folder");
        QTest::newRow("a file in the way") << written("file", "mine");
        QTest::newRow("below a file") << home_.path("file/out");
        QTest::newRow("a folder that takes none") << "/proc/fanlight-run";
    }
    void anUnwritableTargetIsNamed() {
        QFETCH(QString, folder);
        const ProgramResult ended = run_fanlight(replicas({"-o", folder}));
        QVERIFY2(ended.status == 1 || ended.status == 2, qPrintable(ended.output()));
        QVERIFY2(ended.err.startsWith("fanlight: ") && ended.err.count('\n') == 1, qPrintable(ended.output()));
        QVERIFY2(ended.err.contains(folder), qPrintable(ended.err));
        QCOMPARE(content_of(home_.path("file")), QByteArray("mine"));
    }

    /// Superfluous workers are not started, and the images are made.
    void fewerImagesThanWorkersAreMade() {
        const QString folder = home_.path("few");
        const ProgramResult ended = run_fanlight({"generate", "a dog", "-W", "64", "-H", "64", "--steps", "2", "--json",
                                                  "--threads", "1", "--devices", "cpu,cpu,cpu", "-o", folder});
        QCOMPARE(ended.status, 0);
        QCOMPARE(images_in(folder).size(), 1);
        QVERIFY2(ended.out.contains("\"worker\":0") && !ended.out.contains("\"worker\":1"), qPrintable(ended.out));
    }
};

FANLIGHT_TEST(TestBadInput, QCoreApplication)
#include "tst_bad_input.moc"

// Text encoders on another device than the network, and those that leave it: the same bytes, in less memory of a card.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "tests/core/networks/pictures_of.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/stand_in/programs.h"
#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::stand_in;

namespace {

const std::string data = source_path("/tests/golden/data/pipelines/");

Task image(const std::string& prompt) {
    return ImageTask{.prompt = prompt,
                     .negative_prompt = "blurred",
                     .seed = 3,
                     .steps = 2,
                     .cfg_scale = 6,
                     .width = 32,
                     .height = 32,
                     .sampler = "euler",
                     .schedule = "default"};
}

at::Device card_at(int index) { return device_named("cuda:" + std::to_string(index)); }

int64_t farthest(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kInt) - b.to(at::kInt)).abs().max().item<int64_t>();
}

void each_model() {
    QTest::addColumn<QString>("model");
    for (const char* model : {"sd1", "sdxl", "z_image", "flux_2", "flux_1"}) QTest::newRow(model) << model;
}

}  // namespace

class TstTextDevice : public QObject {
    Q_OBJECT

    Runs runs_;

    /// Bytes of each card that are allocated at most while a picture is made, from the loading of the model.
    struct Peaks {
        int64_t first, second;
    };

    static at::Tensor made(const std::string& model, const Part& part, Peaks& peaks,
                           const Weights::Placement& placement) {
        const c10::InferenceMode inference;
        stand_in::empty_cache();
        stand_in::reset_statistics();
        const Peaks before = {stand_in::statistics(0).peak, stand_in::statistics(1).peak};
        const at::Tensor pictures =
            pictures_of(*load_pipeline(data + model, placement, {}, part), {image("a dog"), image("a cat")}).images();
        peaks = {stand_in::statistics(0).peak - before.first, stand_in::statistics(1).peak - before.second};
        return pictures;
    }
    static at::Tensor made(const std::string& model, const Part& part, Peaks& peaks) {
        return made(model, part, peaks, {.device = card_at(0)});
    }

    QString with(const QString& name, const QStringList& options) {
        const QString folder = runs_.path(name);
        const ProgramResult result = Runs::generate(folder, options);
        return result.status == 0 ? folder : result.err;
    }

private Q_SLOTS:
    void initTestCase() {
        at::globalContext().setDeterministicMkldnn(true);
        at::set_num_threads(1);
        set_accelerator(std::make_unique<StandIn>(
            std::vector<stand_in::Card>{{.name = "A", .uuid = "GPU-a"}, {.name = "B", .uuid = "GPU-b"}}));
    }

    void anotherCardMakesTheSameBytes_data() { each_model(); }
    void anotherCardMakesTheSameBytes() {
        QFETCH(QString, model);
        Peaks beside{}, apart{};
        const std::string name = model.toStdString();
        const at::Tensor expected = made(name, {}, beside);
        QVERIFY(at::equal(made(name, {.text_device = card_at(1)}, apart), expected));
        QVERIFY(beside.second == 0 && apart.second > 0);
        QVERIFY(apart.first < beside.first);
    }

    void theCpuMakesTheSameBytesUpToRounding_data() { each_model(); }
    void theCpuMakesTheSameBytesUpToRounding() {
        QFETCH(QString, model);
        Peaks beside{}, apart{};
        const std::string name = model.toStdString();
        const at::Tensor expected = made(name, {}, beside),
                         on_cpu = made(name, {.text_device = at::Device(at::kCPU)}, apart);
        QVERIFY2(farthest(on_cpu, expected) <= 1, QByteArray::number(farthest(on_cpu, expected)).constData());
        QVERIFY(apart.first < beside.first);
        const Weights::Placement halves{.dtype = at::kBFloat16, .device = card_at(0)};
        QVERIFY(made(name, {.text_device = at::Device(at::kCPU)}, apart, halves).sizes() == expected.sizes());
    }

    /// Reading for several micro-batches loads the encoders once.
    void whatIsExpectedIsReadAhead_data() { each_model(); }
    void whatIsExpectedIsReadAhead() {
        QFETCH(QString, model);
        const c10::InferenceMode inference;
        for (const bool takes_turns : {false, true}) {
            const Part part{.brief_encoders = true, .takes_turns = takes_turns};
            const auto one = load_pipeline(data + model.toStdString(), {.device = card_at(0)}, {}, part),
                       ahead = load_pipeline(data + model.toStdString(), {.device = card_at(0)}, {}, part);
            ahead->expect({image("a cat"), image("an owl")});
            const auto copies = [](Pipeline& pipeline, const char* prompt, at::Tensor& pictures) {
                stand_in::reset_statistics();
                pictures = pictures_of(pipeline, {image(prompt)}).images();
                return stand_in::statistics(0).operations;
            };
            at::Tensor expected, pictures;
            int64_t own = 0, known = 0;
            for (const char* prompt : {"a dog", "a cat", "an owl"}) {
                own = copies(*one, prompt, expected);
                known = copies(*ahead, prompt, pictures);
                QVERIFY(at::equal(pictures, expected));
            }
            QVERIFY2(known < own, qPrintable(QString("%1 %2").arg(known).arg(own)));
        }
    }

    // The complete programs

    void runsOnTwoCardsMakeTheSameBytes() {
        set_machine({card("A", "GPU-11"), card("A", "GPU-22")});
        const QStringList expected = images_in(with("beside", {"--devices", "cuda:0"}));
        QCOMPARE(expected.size(), 2);
        const QString apart = with("apart", {"--devices", "cuda:0", "--text-device", "cuda:1"});
        QCOMPARE(images_in(apart), expected);
        QVERIFY(content_of(apart + "/.fanlight/run.json").contains("\"text_device\":\"cuda:1\""));
        QVERIFY(!content_of(apart + "/.fanlight/run.json").contains("text_device_kind"));
        QCOMPARE(images_in(with("other", {"--devices", "cuda:1", "--text-device", "cuda:0"})), expected);
        QCOMPARE(images_in(with("both", {"--devices", "cuda:0,cuda:1", "--text-device", "cuda:1"})), expected);
        QCOMPARE(images_in(with("pipelined",
                                {"--devices", "cuda:0,cuda:1", "--mode", "pipelined", "--text-device", "cuda:1"})),
                 expected);
        QCOMPARE(
            images_in(with("sharded", {"--devices", "cuda:0,cuda:1", "--mode", "sharded", "--text-device", "cuda:1"})),
            expected);
        QCOMPARE(images_in(with("kept", {"--devices", "cuda:0", "--text-device", "cuda:1", "--cache-embeddings"})),
                 expected);
        QCOMPARE(images_in(with("known", {"--devices", "cuda:0", "--text-device", "cuda:1", "--cache-embeddings"})),
                 expected);
    }

    /// The recipe says that the CPU has read, and a replay and a resumed run read there.
    void theCpuBelongsToTheRecipe() {
        set_machine({card("A", "GPU-11"), card("A", "GPU-22")});
        const QString run = with("on cpu", {"--devices", "cuda:0", "--text-device", "cpu"});
        const QStringList expected = images_in(run);
        QCOMPARE(expected.size(), 2);
        QVERIFY(content_of(run + "/manifest.csv").contains("text_device_kind"));
        QCOMPARE(images_in(with("kept on cpu", {"--devices", "cuda:1", "--text-device", "cpu", "--cache-embeddings"})),
                 expected);
        ProgramResult result =
            run_fanlight({"replay", run, "-m", small_model, "--devices", "cuda:1", "-o", runs_.path("replayed")});
        QVERIFY2(result.status == 0 && result.err.contains("2 of 2 images have the same bytes"),
                 qPrintable(result.output()));
        QVERIFY(QFile::remove(run + "/" + expected[0].section(' ', 0, 0)));
        result = run_fanlight({"generate", "--resume", run, "--devices", "cuda:1"});
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        QCOMPARE(images_in(run), expected);
    }

    void planCountsItsMemory() {
        set_machine({card("A", "GPU-11"), card("A", "GPU-22")});
        const auto needed = [](const QStringList& options, const std::string& device) {
            const ProgramResult plan = run_fanlight(QStringList{"plan", "--json"} + Runs::request() + options);
            if (plan.status != 0) qWarning("%s", qPrintable(plan.output()));
            int64_t bytes = 0;
            const Json json = Json::parse(plan.out.toStdString());
            for (const Json& row : json.at("memory"))
                if (row.at("device") == device) bytes += row.at("weights").get<int64_t>();
            return bytes;
        };
        const QStringList beside = {"--devices", "cuda:0"}, apart = beside + QStringList{"--text-device", "cuda:1"},
                          on_cpu = beside + QStringList{"--text-device", "cpu"};
        const int64_t encoder = needed(apart, "cuda:1");
        QVERIFY(encoder > 0);
        QCOMPARE(needed(apart, "cuda:0") + encoder, needed(beside, "cuda:0"));
        QCOMPARE(needed(on_cpu, "cpu"), encoder);
        QCOMPARE(needed(on_cpu, "cuda:0"), needed(apart, "cuda:0"));
    }

    /// The forecast finds that the card is too small for both at once, and the run begins so.
    void theForecastLetsEncodersLeave_data() {
        QTest::addColumn<QString>("stay");
        for (const char* stay : {"always", "while_reading", "in_turns"}) QTest::newRow(stay) << stay;
    }
    void theForecastLetsEncodersLeave() {
        QFETCH(QString, stay);
        set_machine({card("A", "GPU-11")});
        const QStringList request =
            QStringList{"plan", "--json", "--devices", "cuda:0", "--dtype", "float32"} + Runs::request();
        const auto planned = [&](int64_t free) {
            const QString reserve = QString::number(8'000'000'000 - free);
            return std::pair(reserve, run_fanlight(request + QStringList{"--reserve-memory", reserve}));
        };
        const Json whole = Json::parse(run_fanlight(request).out.toStdString());
        const int64_t needed = whole.at("memory").at(0).at("needed").get<int64_t>();
        bool found = false;
        for (int64_t free = needed + 1000; !found && free > needed - 4'000'000; free -= 20'000) {
            const auto [reserve, plan] = planned(free);
            const Json json = Json::parse(plan.out.toStdString());
            found = json.at("encoder_stay").get<std::string>() == stay.toStdString() && !json.contains("problem");
            if (!found) continue;
            const QString run = with("stay " + stay, {"--devices", "cuda:0", "--reserve-memory", reserve});
            QCOMPARE(images_in(run), images_in(with("whole " + stay, {"--devices", "cuda:0"})));
            QCOMPARE(content_of(run + "/.fanlight/run.json").contains("encoder_stay"), stay != "always");
        }
        QVERIFY(found);
    }

    void whatCannotBeIsRefused_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("unknown") << QStringList{"--devices", "cuda:0", "--text-device", "cuda:7"}
                                 << "--text-device: there is no device \"cuda:7\"; name cpu, or a GPU such as cuda:1";
        QTest::newRow("network on the CPU") << QStringList{"--devices", "cpu", "--text-device", "cuda:0"}
                                            << "--text-device: the network works on the CPU";
        QTest::newRow("launched") << QStringList{"--devices", "cuda:0", "--text-device", "cuda:1", "--prepare"}
                                  << "--text-device cuda:1: under a launcher each process has a GPU to itself";
    }
    void whatCannotBeIsRefused() {
        QFETCH(QStringList, options);
        QFETCH(QString, sentence);
        set_machine({card("A", "GPU-11"), card("A", "GPU-22")});
        const ProgramResult result = Runs::generate(runs_.new_folder(), options);
        QVERIFY2(result.status == 2 && result.err.contains(sentence), qPrintable(result.output()));
    }

    void aLauncherReadsOnTheCpu() {
        set_machine({card("A", "GPU-11"), card("A", "GPU-22")});
        const QString folder = runs_.new_folder();
        const ProgramResult result = Runs::launch(folder, {"--num-processes", "2"}, {"--text-device", "cpu"}, 2);
        QVERIFY2(result.status == 0, qPrintable(result.output()));
        QCOMPARE(images_in(folder), images_in(with("served", {"--devices", "cuda:0", "--text-device", "cpu"})));
    }
};

FANLIGHT_TEST(TstTextDevice, QCoreApplication)
#include "tst_text_device.moc"

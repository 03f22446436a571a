#include <QTest>

#include "core/batch/names.h"
#include "core/images/png_reader.h"
#include "core/output/manifest.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// The sum over all channels of all pixels.
int64_t difference(const Image& a, const Image& b) {
    int64_t sum = 0;
    for (size_t i = 0; i < std::min(a.rgb.size(), b.rgb.size()); ++i) sum += std::abs(int(a.rgb[i]) - int(b.rgb[i]));
    return sum;
}

}  // namespace

/// Samplers, schedules, noise and guidance as a user meets them: on the command line, in lists, run folders and PNGs.
class TestSamplers : public QObject {
    Q_OBJECT

    PrivateHome home_;

    QString list() const {
        QFile file(home_.path("list.csv"));
        const QByteArray rows =
            "prompt,sampler,schedule,eta,rescale_cfg,cfg_end\n"
            "a dog,DPM++ 2M SDE Karras,,,,\n"
            "a dog,dpmpp_2m_sde,karras,0.5,,\n"
            "a cat,DPM2 a,,,0.7,\n"
            "a cat,ddim,,1,,0.7\n"
            "an owl,dpmpp_sde_gpu,sgm_uniform,,,\n"
            "an owl,Restart,,,,0.34\n"
            "a fox,HeunPP2,Align Your Steps,,,0\n"
            "a fox,lms,KL Optimal,,0.5,0.5\n"
            "a hen,DEIS,beta,,,\n"
            "a hen,ddpm,trailing,,,\n";
        if (file.open(QIODevice::WriteOnly)) file.write(rows);
        return file.fileName();
    }

    QString made(const QString& name, const QStringList& arguments) const {
        const QString folder = home_.path(name);
        const ProgramResult run =
            run_fanlight(QStringList{"generate"} + arguments +
                         QStringList{"--steps", "3", "-W", "64", "-H", "64", "--threads", "1", "-o", folder});
        return run.status == 0 ? folder : run.err;
    }

    static std::vector<ManifestRow> manifest(const QString& folder) {
        return read_manifest_jsonl((folder + "/manifest.jsonl").toStdString());
    }

private Q_SLOTS:
    void everyModeAndReplayMakeTheSameBytes() {
        const QStringList options = {"-p", list(), "--batch-size", "2"};
        const QString one = made("one", options + QStringList{"--devices", "cpu"});
        QCOMPARE(images_in(one).size(), 10);
        QCOMPARE(images_in(made("two", options + QStringList{"--devices", "cpu,cpu"})), images_in(one));
        QCOMPARE(images_in(made("staged", options + QStringList{"--devices", "cpu,cpu", "--mode", "pipelined"})),
                 images_in(one));

        const auto rows = manifest(one);
        const auto image = [&](size_t row) -> const ImageTask& { return image_of(rows.at(row).item); };
        QVERIFY(image(0).sampler == "dpmpp_2m_sde" && image(0).schedule == "karras" && !image(0).eta);
        QVERIFY(image(1).eta == 0.5 && image(2).rescale_cfg == 0.7 && image(3).cfg_end == 0.7);
        QVERIFY(image(4).sampler == "dpmpp_sde" && image(6).schedule == "align_your_steps");
        QVERIFY(rows[0].made.file()->sha256 != rows[1].made.file()->sha256);

        const ProgramResult again = run_fanlight({"replay", one, "-o", home_.path("again")});
        QVERIFY2(again.status == 0 && again.err.contains("10 of 10 images have the same bytes as before"),
                 qPrintable(again.err));
    }

    void variationsResembleTheirImage() {
        const QStringList prompt = {"a dog", "--same-seed", "--devices", "cpu"};
        const QString plain = made("plain", prompt), whole = made("whole", prompt + QStringList{"--subseed", "7"});
        QCOMPARE(images_in(plain), images_in(whole));  // without a strength a second seed has no effect
        const QStringList varied = prompt + QStringList{"--images", "2", "--subseed", "7", "--subseed-strength"};
        const auto rows = manifest(made("varied", varied + QStringList{"0.1"}));
        QCOMPARE(rows.size(), size_t{2});
        QVERIFY(image_of(rows[0].item).subseed == 7 && image_of(rows[1].item).subseed == 8);
        QVERIFY(image_of(rows[0].item).seed == image_of(rows[1].item).seed);
        QVERIFY(rows[0].made.file()->sha256 != rows[1].made.file()->sha256);
        const auto image = [](const QString& folder) {
            return read_png((folder + "/" + QDir(folder).entryList({"*.png"}).value(0)).toStdString());
        };
        const Image base = image(plain), close = image(home_.path("varied"));
        const Image far = image(made("far", {"a dog", "--devices", "cpu", "-s", "49"}));
        QVERIFY(difference(base, close) > 0 && difference(base, close) < difference(base, far));
        const ProgramResult again = run_fanlight({"replay", home_.path("varied"), "-o", home_.path("varied again")});
        QVERIFY2(again.err.contains("2 of 2 images have the same bytes as before"), qPrintable(again.err));
    }

    void timestepsTakeThePlaceOfSteps() {
        QFile file(home_.path("timesteps.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("prompt,sampler,timesteps,steps\na dog,,,\na dog,lcm,,\na dog,,999 700 1,\na dog,,none,3\n");
        file.close();
        const QString folder = home_.path("timesteps");
        const auto generate = [&](const QString& into, const QStringList& more) {
            return run_fanlight(QStringList{"generate", "-W", "64", "-H", "64", "--threads", "1", "-o", into} + more);
        };
        const ProgramResult run = generate(folder, {"-p", file.fileName(), "--sampler", "euler", "--devices", "cpu",
                                                    "--timesteps", "999,749,499,249"});
        QVERIFY2(run.status == 0, qPrintable(run.err));
        const auto rows = manifest(folder);
        QCOMPARE(rows.size(), size_t{4});
        for (const size_t row : {0, 1}) {
            QCOMPARE(image_of(rows[row].item).steps, 4);
            QCOMPARE(image_of(rows[row].item).given_timesteps(), (Timesteps{999, 749, 499, 249}));
        }
        QCOMPARE(image_of(rows[2].item).given_timesteps(), (Timesteps{999, 700, 1}));
        QVERIFY(image_of(rows[3].item).steps == 3 && !image_of(rows[3].item).timesteps);
        const ProgramResult again = run_fanlight({"replay", folder, "-o", home_.path("timesteps again")});
        QVERIFY2(again.err.contains("4 of 4 images have the same bytes as before"), qPrintable(again.err));
        const ProgramResult staged =
            generate(home_.path("timesteps staged"), {"-p", folder, "--devices", "cpu,cpu", "--mode", "pipelined"});
        QVERIFY2(staged.status == 0, qPrintable(staged.err));
        QCOMPARE(images_in(home_.path("timesteps staged")), images_in(folder));  // from the images themselves
    }

    void whatASamplerCannotIsRefused_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("eta") << QStringList{"--sampler", "euler", "--eta", "0.5"}
                             << "The sampler euler has no eta; ddim, euler_ancestral, ";
        QTest::newRow("schedule") << QStringList{"--sampler", "tcd", "--schedule", "normal"}
                                  << "ampler tcd cannot follow the schedule normal";
        QTest::newRow("range") << QStringList{"--cfg-end", "1.5"} << "cfg_end must be a number from 0 to 1";
        QTest::newRow("timesteps") << QStringList{"--sampler", "ddim", "--timesteps", "999,499"}
                                   << "The sampler ddim cannot be told its timesteps; euler, heun, ";
        QTest::newRow("timesteps of none") << QStringList{"--sampler", "euler", "--timesteps", "1000,499"}
                                           << "The timestep 1000 is not among the 1000 training steps";
        QTest::newRow("timesteps and steps")
            << QStringList{"--sampler", "euler", "--timesteps", "999,499", "--steps", "3"}
            << "3 steps cannot be taken at 2 timesteps";
        QTest::newRow("timesteps and levels")
            << QStringList{"--sampler", "euler", "--schedule", "karras", "--timesteps", "999,499"}
            << "where the schedule sets the noise levels";
        QTest::newRow("steps") << QStringList{"--sampler", "tcd", "--steps", "51"} << "tcd takes at most 50 steps";
    }

    void whatASamplerCannotIsRefused() {
        QFETCH(QStringList, words);
        QFETCH(QString, sentence);
        const ProgramResult result = run_fanlight(QStringList{"generate", "a dog", "--dry-run"} + words);
        QCOMPARE(result.status, 2);
        QVERIFY2(result.err.contains(sentence), qPrintable(result.err));
    }

    void allOfThemAreListed() {
        const ProgramResult result = run_fanlight({"samplers"});
        QCOMPARE(result.status, 0);
        for (const SamplerName& sampler : sampler_names()) {
            QVERIFY(result.out.contains(sampler.name.c_str()) && result.out.contains(sampler.a1111.c_str()));
            QVERIFY(result.out.contains(sampler.diffusers_class.c_str()));
        }
        for (const ScheduleName& schedule : schedule_names())
            QVERIFY(result.out.contains(schedule.description.c_str()));
        QVERIFY(result.out.contains("Brownian tree"));
    }
};

FANLIGHT_TEST(TestSamplers)
#include "tst_samplers.moc"

// Run folders that older builds have left (tests/golden/run_folders.py): each is verified, finished, and made again by
// today's programs, to the pictures that the older build would have made.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <algorithm>
#include <cstdlib>

#include "core/images/png_reader.h"
#include "core/output/manifest.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/single_files.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const QString source = source_path();
const QString fixtures = source + "/tests/golden/data/run_folders";

/// Of 255, in a channel of a pixel: CPUs round differently, and bfloat16 has 8 bits.
constexpr int tolerance = 2, bfloat16_tolerance = 12;

/// What rounding depends on, of this machine, in the words of run_folders.py.
QString cpu() {
    QMap<QString, QString> words;
    for (const QString& line : QString(content_of("/proc/cpuinfo")).section("\n\n", 0, 0).split('\n'))
        words[line.section(':', 0, 0).trimmed()] = line.section(':', 1).trimmed();
    QStringList vectors = words["flags"].split(' ');
    vectors.removeIf([](const QString& flag) {
        return !flag.startsWith("avx") && !flag.startsWith("fma") && !flag.startsWith("amx");
    });
    vectors.sort();
    return (QStringList{words["vendor_id"], words["cpu family"], words["model"]} + vectors).join(' ');
}

int largest_difference(const QString& first, const QString& second) {
    const Image a = read_png(first.toStdString()), b = read_png(second.toStdString());
    if (a.width != b.width || a.height != b.height) return 255;
    int largest = 0;
    for (size_t i = 0; i < a.rgb.size(); ++i) largest = std::max(largest, std::abs(a.rgb[i] - b.rgb[i]));
    return largest;
}

/// Each image of a run as its manifest tells of it, without who made it and when.
std::vector<ManifestRow> recipes_in(const QString& folder) {
    auto rows = read_manifest_jsonl((folder + "/manifest.jsonl").toStdString());
    for (ManifestRow& row : rows)
        row = {.item = row.item, .made = {.item = row.made.item, .content = row.made.content}};
    return rows;
}

struct Fixture {
    explicit Fixture(const QString& fixture_name) : name(fixture_name), folder(fixtures + "/" + name) {
        const QJsonObject said = QJsonDocument::fromJson(content_of(folder + "/fixture.json")).object();
        for (const auto& word : said["arguments"].toArray()) arguments << word.toString();
        processes = said["processes"].toInt();
        status = said["status"].toInt();
        made_here = said["cpu"].toString() == cpu();
        const QJsonObject images_said = said["images"].toObject();
        for (auto it = images_said.begin(); it != images_said.end(); ++it)
            images << it.key() + " " + it.value().toString();
    }

    /// The picture of the older build.
    QString picture(const QString& file) const {
        const QString left = folder + "/rest/" + file;
        return QFile::exists(left) ? left : folder + "/run/" + file;
    }

    int tolerated() const { return arguments.contains("bfloat16") ? bfloat16_tolerance : tolerance; }

    QString name, folder;
    QStringList arguments;   ///< as they were typed, with placeholders
    int processes = 0;       ///< of `fanlight launch`; 0: of `fanlight generate`
    int status = 0;          ///< of the run where nothing disturbs it
    bool made_here = false;  ///< by a CPU of this kind, so that all bytes are the same
    QStringList images;      ///< of the whole run, with their SHA-256, as images_in() gives them
};

QStringList names_of(const QStringList& images) {
    QStringList names;
    for (const QString& image : images) names << image.section(' ', 0, -2);
    return names;
}

}  // namespace

class TestOlderRunFolders : public QObject {
    Q_OBJECT

    PrivateHome home_;

    QString filled_in(QString text) const {
        return text.replace("@SOURCE@", source).replace("@FIXTURES@", fixtures).replace("@MODELS@", home_.path(""));
    }

    /// A copy that knows where its model lies.
    QString copy_of(const Fixture& fixture) const {
        const QString folder = home_.path(fixture.name + " " + QTest::currentTestFunction());
        QProcess::execute("cp", {"-r", fixture.folder + "/run", folder});
        QFile plan(folder + "/.fanlight/run.json");
        const QString text = filled_in(content_of(plan.fileName()));
        if (plan.open(QIODevice::WriteOnly)) plan.write(text.toUtf8());
        return folder;
    }

    QStringList arguments_of(const Fixture& fixture, const QString& folder) const {
        QStringList arguments{"generate"};
        for (const QString& word : fixture.arguments) arguments << filled_in(word);
        return arguments + QStringList{"--quiet", "-o", folder};
    }

    static void resume(const Fixture& fixture, const QString& folder, const QStringList& launch = {}) {
        const ProgramResult ended = run_fanlight(launch + QStringList{"generate", "--quiet", "--resume", folder});
        QVERIFY2(ended.status == fixture.status, qPrintable(ended.output()));
    }

    /// The older build's bytes where its CPU rounded as this one does, and everywhere what the eye takes for the same.
    static void expect_pictures(const Fixture& fixture, const QString& folder) {
        QCOMPARE(names_of(images_in(folder)), names_of(fixture.images));
        if (fixture.made_here) QCOMPARE(images_in(folder), fixture.images);
        for (const QString& name : names_of(fixture.images)) {
            const int difference = largest_difference(folder + "/" + name, fixture.picture(name));
            QVERIFY2(difference <= fixture.tolerated(), qPrintable(name + ": " + QString::number(difference)));
        }
    }

    static void expect_verified(const QString& folder, qsizetype images) {
        const ProgramResult ended = run_fanlight({"verify", folder});
        QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        const QString count = QString("%1 of %1 images match their records").arg(images);
        QVERIFY2(ended.err.contains(count), qPrintable(ended.err));
    }

    static void addFixtures(const std::function<bool(const Fixture&)>& suitable = [](const Fixture&) { return true; }) {
        QTest::addColumn<QString>("name");
        for (const QString& name : QDir(fixtures).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
            if (suitable(Fixture(name))) QTest::newRow(qPrintable(QString(name).replace('_', ' '))) << name;
    }

private Q_SLOTS:
    void initTestCase() { write_single_file("sd2", home_.path("sd2.safetensors").toStdString()); }

    void whatWasDoneIsStillRight_data() { addFixtures(); }
    void whatWasDoneIsStillRight() {
        QFETCH(QString, name);
        const Fixture fixture(name);
        const QString folder = copy_of(fixture);
        const QStringList before = contents_of(folder);
        const ProgramResult ended = run_fanlight({"verify", "--json", folder});
        QVERIFY2(ended.status == 0 && ended.out.startsWith(R"({"bad":0,"images":)"), qPrintable(ended.output()));
        QVERIFY2(!ended.out.contains(R"("images":0)"), qPrintable(ended.output()));
        const QJsonObject counts = QJsonDocument::fromJson(ended.out.toUtf8()).object();
        const auto unmade = counts["unmade"].toArray().size();
        QCOMPARE(counts["images"].toInt() + unmade >= fixture.images.size(), true);
        const ProgramResult told = run_fanlight({"verify", folder});
        QCOMPARE(told.err.contains(" not made yet: item") && told.err.contains("--resume " + folder), unmade > 0);
        QCOMPARE(contents_of(folder), before);
    }

    void whatWasLeftIsMade_data() { addFixtures(); }
    void whatWasLeftIsMade() {
        QFETCH(QString, name);
        const Fixture fixture(name);
        const QString folder = copy_of(fixture), fresh = folder + ", fresh";
        resume(fixture, folder);
        expect_pictures(fixture, folder);
        expect_verified(folder, fixture.images.size());

        const QStringList launch = fixture.processes > 0
                                       ? QStringList{"launch", "--num-processes", QString::number(fixture.processes)}
                                       : QStringList{};
        const ProgramResult ended = run_fanlight(launch + arguments_of(fixture, fresh));
        QVERIFY2(ended.status == fixture.status, qPrintable(ended.output()));
        expect_pictures(fixture, fresh);
        const auto finished = recipes_in(folder), made = recipes_in(fresh);
        QCOMPARE(finished.size(), made.size());
        for (size_t i = 0; i < made.size(); ++i) {
            const QString file = QString::fromStdString(made[i].item.place);
            if (fixture.made_here || !QFile::exists(fixture.folder + "/run/" + file))
                QVERIFY2(finished[i] == made[i], qPrintable(file));
        }
    }

    void whatWasLaunchedIsFinishedByALaunch_data() {
        addFixtures([](const Fixture& fixture) { return fixture.processes > 0; });
    }
    void whatWasLaunchedIsFinishedByALaunch() {
        QFETCH(QString, name);
        const Fixture fixture(name);
        const QString folder = copy_of(fixture);
        resume(fixture, folder, {"launch", "--num-processes", QString::number(fixture.processes)});
        expect_pictures(fixture, folder);
        expect_verified(folder, fixture.images.size());
    }

    void aRunThatIsFinishedStaysAsItIs() {
        const Fixture fixture("finished");
        const QString folder = copy_of(fixture);
        const auto manifest = content_of(folder + "/manifest.csv"), rows = content_of(folder + "/manifest.jsonl");
        resume(fixture, folder);
        QCOMPARE(images_in(folder), fixture.images);
        QCOMPARE(content_of(folder + "/manifest.csv"), manifest);
        QCOMPARE(content_of(folder + "/manifest.jsonl"), rows);
    }

    void picturesAreMadeAgain_data() { addFixtures(); }
    void picturesAreMadeAgain() {
        QFETCH(QString, name);
        const Fixture fixture(name);
        const QString folder = copy_of(fixture), again = folder + ", again";
        const auto option = fixture.arguments.indexOf("-m");
        const QStringList model =
            option < 0 ? QStringList{} : QStringList{"-m", filled_in(fixture.arguments[option + 1])};
        const ProgramResult ended =
            run_fanlight(QStringList{"replay", folder, "--quiet", "--devices", "cpu,cpu", "-o", again} + model);
        if (fixture.made_here) QVERIFY2(ended.status == 0, qPrintable(ended.output()));
        const QStringList made = images_in(again);
        QVERIFY2(!made.isEmpty(), qPrintable(ended.output()));
        for (const QString& image : made) {
            if (fixture.made_here) QVERIFY2(fixture.images.contains(image), qPrintable(image));
            const QString file = names_of({image}).first();
            QVERIFY(largest_difference(again + "/" + file, fixture.picture(file)) <= fixture.tolerated());
        }
    }
};

FANLIGHT_TEST(TestOlderRunFolders, QCoreApplication)
#include "tst_older_run_folders.moc"

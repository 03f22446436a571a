#include <signal.h>
#include <sys/stat.h>

#include <QTest>

#include "core/base/json.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Files that somebody else has made: whatever is in them, a command ends at once, with one sentence that names the
/// file, and nothing of them reaches the terminal as it is.
class TestHostileFiles : public QObject {
    Q_OBJECT

    PrivateHome home_;

    QString written(const QString& name, const QByteArray& bytes) const {
        QFile file(home_.path(name));
        if (file.open(QIODevice::WriteOnly)) file.write(bytes);
        return file.fileName();
    }

    QString pipe(const QString& name) const {
        QFile::remove(home_.path(name));
        return ::mkfifo(home_.path(name).toLocal8Bit().constData(), 0600) == 0 ? home_.path(name) : QString();
    }

    /// A copy of a small model.
    QString model(const QString& name) const {
        const QString from = source_path("/tests/golden/data/pipelines/sd1"), to = home_.path(name);
        QDir(to).removeRecursively();
        for (QDirIterator it(from, QDir::Files, QDirIterator::Subdirectories); it.hasNext();) {
            const QString file = it.next(), copy = to + file.mid(from.size());
            QDir().mkpath(QFileInfo(copy).path());
            QFile::copy(file, copy);
        }
        return to;
    }

    QString model_with_pipe(const QString& file) const {
        const QString folder = model("piped-" + QString(file).replace('/', '-'));
        pipe(QFileInfo(folder).fileName() + "/" + file);
        return folder;
    }

    static void check_sentence(const ProgramResult& result, const QString& sentence) {
        QVERIFY2(result.status == 1 || result.status == 2, qPrintable(result.output()));
        QVERIFY2(result.err.contains(sentence), qPrintable(result.output()));
        check_printable(result.err);
    }

    static void check_printable(const QString& text) {
        for (const QChar c : text)
            QVERIFY2((c.unicode() >= 0x20 && (c.unicode() < 0x7F || c.unicode() > 0x9F)) || c == '\n',
                     qPrintable(text));
    }

private Q_SLOTS:
    void whatIsNoFileIsNotRead_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("sentence");
        const QString is_pipe = "it is a named pipe, not a file";
        const auto plan = [&](const char* file) { return QStringList{"plan", "x", "-m", model_with_pipe(file)}; };
        QTest::newRow("show") << QStringList{"show", pipe("a.png")} << "a.png: " + is_pipe;
        QTest::newRow("show a device") << QStringList{"show", "/dev/zero"} << "/dev/zero: it is a device, not a file";
        QTest::newRow("replay") << QStringList{"replay", pipe("b.png")} << "b.png: " + is_pipe;
        QTest::newRow("replay a manifest") << QStringList{"replay", pipe("c.jsonl")} << "c.jsonl: " + is_pipe;
        QTest::newRow("config") << QStringList{"config", "show", "--config-file", pipe("a.yaml")}
                                << "a.yaml: " + is_pipe;
        QTest::newRow("prompts") << QStringList{"plan", "-p", pipe("a.txt")} << "a.txt: " + is_pipe;
        QTest::newRow("scheduler") << plan("scheduler/scheduler_config.json") << "scheduler_config.json: " + is_pipe;
        QTest::newRow("unet") << plan("unet/config.json") << "config.json: " + is_pipe;
        QTest::newRow("weights") << plan("unet/diffusion_pytorch_model.safetensors") << ".safetensors";
    }
    void whatIsNoFileIsNotRead() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, sentence);
        check_sentence(run_fanlight(arguments), sentence);
    }

    /// Hashing them would take hours; what is in them tells at once that they are not wanted.
    void hugeFilesOfAnotherKindAreRefusedAtOnce_data() {
        QTest::addColumn<QString>("option");
        for (const char* option : {"--transformer", "--text-encoder", "--vae"}) QTest::newRow(option) << option;
    }
    void hugeFilesOfAnotherKindAreRefusedAtOnce() {
        QFETCH(QString, option);
        constexpr qint64 bytes = qint64{1} << 40;
        const QByteArray header = R"({"x":{"dtype":"U8","shape":[1099511627776],"data_offsets":[0,1099511627776]}})";
        QFile file(written("huge.safetensors", QByteArray(1, char(header.size())) + QByteArray(7, '\0') + header));
        QVERIFY(file.resize(8 + header.size() + bytes));
        const QString own = source_path("/tests/golden/data/pipelines/flux_1");
        check_sentence(run_fanlight({"plan", "x", "-m", own, option, file.fileName(), "--devices", "cpu"}),
                       "huge.safetensors is not a ");
        file.remove();
    }

    void aListMayComeFromACommand() {
        const QString command =
            QString(build_path("/fanlight")) + " generate --dry-run --devices cpu -p <(printf 'a dog\\na cat\\n')";
        const ProgramResult result = run_program("bash", {"-c", command});
        QCOMPARE(result.status, 0);
        QVERIFY2(result.out.contains("a dog") && result.out.contains("a cat"), qPrintable(result.output()));
    }

    void manifestsDoNotLeadElsewhere_data() {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("name");
        for (const char* command : {"verify", "replay", "export"})
            for (const char* name : {"../outside.png", "/etc/passwd", "a\\u0000b.png", "\\u001b[31m/"})
                QTest::addRow("%s %s", command, name) << command << name;
    }
    void manifestsDoNotLeadElsewhere() {
        QFETCH(QString, command);
        QFETCH(QString, name);
        const QString folder = home_.path("exported");
        QDir().mkpath(folder);
        written("outside.png", "x");
        written("exported/manifest.jsonl",
                R"({"index":0,"row":0,"file":")" + name.toUtf8() +
                    R"(","prompt":"x","negative_prompt":"","seed":1,"steps":2,"cfg_scale":5,"width":16,"height":16,)"
                    R"("sampler":"euler","schedule":"default","clip_skip":0,"model":"m","model_hash":"h",)"
                    R"("dtype":"float32","device_kind":"cpu","batch_size":1,"threads":1,"loras":[],"sha256":"00",)"
                    R"("bytes":1,"device_name":"","device_uuid":"","worker":0,"seconds":1,"finished_at":""})"
                    "\n");
        QStringList arguments = {command, folder};
        if (command == "export") arguments << "--folder" << home_.path("to");
        check_sentence(run_fanlight(arguments), "manifest.jsonl (record 1): ");
    }

    void controlCharactersAreShown() {
        const ProgramResult yaml =
            run_fanlight({"config", "show", "--config-file", written("esc.yaml", "\"\\e[31m\\x07 key\": 1\n")});
        check_sentence(yaml, "\"\\x1b[31m\\x07 key\" is not known");
        const ProgramResult shown = run_fanlight({"show", written("esc.png", png_with_escapes())});
        QCOMPARE(shown.status, 0);
        QVERIFY2(shown.out.contains("\\x1b]0;title\\x07\nline two"), qPrintable(shown.out));
        check_printable(shown.out);
    }

    void longValuesAreCut_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("key");
        QTest::newRow("block class") << "unet/config.json"
                                     << "down_block_types";
        QTest::newRow("activation") << "unet/config.json"
                                    << "act_fn";
        QTest::newRow("decoder's class") << "vae/config.json"
                                         << "up_block_types";
        QTest::newRow("decoder's activation") << "vae/config.json"
                                              << "act_fn";
        QTest::newRow("pipeline") << "model_index.json"
                                  << "_class_name";
    }
    void longValuesAreCut() {
        QFETCH(QString, file);
        QFETCH(QString, key);
        const QString folder = model("long");
        Json config = Json::parse(content_of(folder + "/" + file).toStdString());
        Json& value = config[key.toStdString()];
        (value.is_array() ? value[0] : value) = std::string(100'000, 'x');
        written("long/" + file, QByteArray::fromStdString(config.dump()));
        const ProgramResult result = run_fanlight({"plan", "x", "-m", folder, "--devices", "cpu"});
        check_sentence(result, QFileInfo(file).fileName());
        QVERIFY2(result.err.size() < 2500, qPrintable(result.err));
    }

    void noUtf8ReachesTheTerminalBroken() {
        const QString folder = model("broken");
        written("broken/unet/config.json", "{\"a\":\"\xff\"}");
        QProcess process;
        process.start(build_path("/fanlight"), {"plan", "x", "-m", folder, "--devices", "cpu"});
        QVERIFY(process.waitForFinished());
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(said.contains("config.json") && !said.contains('\xff'), said.constData());
    }

    /// Stopped processes, too, which no end of a pipe would reach.
    void childrenEndWithTheirOwner() {
        const QString number = home_.path("worker.pid"),
                      worker = written("worker", "#!/bin/sh\necho $$ >'" + number.toUtf8() + "'\nexec sleep 1000\n");
        QFile::setPermissions(worker, QFile::ReadOwner | QFile::ExeOwner);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("FANLIGHT_WORKER", worker);
        QProcess owner;
        owner.setProcessEnvironment(environment);
        owner.start(build_path("/fanlight"),
                    {"generate", "x", "--mode", "pipelined", "--devices", "cpu,cpu", "-o", home_.path("pipelined")});
        QTRY_VERIFY_WITH_TIMEOUT(content_of(number).endsWith('\n'), 20'000);
        const pid_t child = content_of(number).trimmed().toInt();
        QCOMPARE(::kill(child, SIGSTOP), 0);
        owner.kill();
        QVERIFY(owner.waitForFinished());
        const auto state = [&] {  // behind the name in brackets
            const QByteArray stat = content_of(QString("/proc/%1/stat").arg(child));
            return stat.isEmpty() ? 'X' : stat.at(stat.lastIndexOf(')') + 2);
        };
        QTRY_VERIFY(state() == 'X' || state() == 'Z');
    }

private:
    /// A picture of one pixel that says "parameters": ESC ] 0;title BEL, and another line.
    static QByteArray png_with_escapes() {
        return QByteArray::fromBase64(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAAI3RFWHRwYXJhbWV0ZXJzABtdMDt0aXRsZQcKbGluZS"
            "B0d28bWzMxbU4562sAAAAMSURBVHicY2BgYAAAAAQAAfYXOFUAAAAASUVORK5CYII=");
    }
};

FANLIGHT_TEST(TestHostileFiles)
#include "tst_hostile_files.moc"

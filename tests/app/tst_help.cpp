#include <QRegularExpression>
#include <QTest>

#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr int width = 100;

/// A title and the entries under it; lines that go on are part of their entry.
struct Section {
    QString title;
    QStringList entries;
};

QList<Section> sections_of(const QString& help) {
    static const QRegularExpression title("^([A-Z][A-Za-z ]*):$"), entry("^  \\S");
    QList<Section> sections;
    for (const QString& line : help.split('\n')) {
        if (const auto found = title.match(line); found.hasMatch())
            sections << Section{found.captured(1), {}};
        else if (sections.isEmpty() || line.trimmed().isEmpty())
            continue;
        else if (entry.match(line).hasMatch())
            sections.last().entries << line.trimmed();
        else if (line.startsWith(' ') && !sections.last().entries.isEmpty())
            sections.last().entries.last() += "  " + line.trimmed();
    }
    return sections;
}

QStringList titles_of(const QList<Section>& sections) {
    QStringList titles;
    for (const Section& section : sections) titles << section.title;
    return titles;
}

QString help_of(const QString& command) {
    const ProgramResult ended = run_fanlight(command.split(' ', Qt::SkipEmptyParts) + QStringList{"--help"});
    return ended.status == 0 ? ended.out : QString();
}

/// "generate", …, and "queue move" of the command that has commands.
QStringList commands() {
    QStringList names;
    for (const Section& section : sections_of(help_of("")))
        if (section.title != "Options" && section.title != "Examples")
            for (const QString& entry : section.entries) names << entry.section(' ', 0, 0);
    for (const Section& section : sections_of(help_of("queue")))
        if (section.title == "Commands")
            for (const QString& entry : section.entries) names << "queue " + entry.section(' ', 0, 0);
    return names;
}

/// "-W,--width N" of an entry.
QString label_of(const QString& entry) {
    static const QRegularExpression gap("  +");
    return entry.section(gap, 0, 0);
}

}  // namespace

/// --help of the program and of each command.
class TestHelp : public QObject {
    Q_OBJECT

    PrivateHome home_;

    void addCommands() const {
        QTest::addColumn<QString>("command");
        for (const QString& command : commands()) QTest::newRow(qPrintable(command)) << command;
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(QDir::setCurrent(home_.path(".")));
        QVERIFY(QFile::copy(build_path("/fanlight"), "fanlight"));
        const auto write = [](const QString& name, const QByteArray& text) {
            QFile file(name);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        };
        write("fanlight-gui", "#!/bin/sh\n");
        QVERIFY(QFile::setPermissions("fanlight-gui", QFile::ReadOwner | QFile::ExeOwner));
        for (const char* list : {"prompts.csv", "reviews.csv", "questions.csv", "more.csv"}) write(list, "prompt\na\n");
        write("subjects.txt", "a lighthouse\n");
        qputenv("PATH", QDir::currentPath().toUtf8() + ":" + qgetenv("PATH"));
    }

    void commandsAreInGroups() {
        const QList<Section> sections = sections_of(help_of(""));
        QCOMPARE(titles_of(sections), QStringList({"Make", "Runs", "This machine", "Files", "Options", "Examples"}));
        for (const Section& section : sections) QVERIFY2(!section.entries.isEmpty(), qPrintable(section.title));
        QVERIFY(commands().size() > 25);
    }

    void largeCommandsHaveGroups_data() {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QStringList>("titles");
        const QStringList ends = {"Devices", "Placement", "Output", "Launching", "Options", "Examples"};
        QTest::newRow("generate") << "generate"
                                  << QStringList{"Arguments", "Prompts", "Model", "Image", "Sampling"} + ends;
        QTest::newRow("text") << "text" << QStringList{"Arguments", "Prompts", "Model", "Text", "Sampling"} + ends;
        QTest::newRow("classify") << "classify" << QStringList{"Arguments", "Prompts", "Model", "Labels"} + ends;
        QTest::newRow("score") << "score" << QStringList{"Arguments", "Prompts", "Model", "Scores"} + ends;
        QTest::newRow("launch") << "launch" << QStringList{"Processes", "Machines", "Settings", "Options", "Examples"};
    }
    void largeCommandsHaveGroups() {
        QFETCH(QString, command);
        QFETCH(QStringList, titles);
        QCOMPARE(titles_of(sections_of(help_of(command))), titles);
    }

    void everyValueNamesItsDefault_data() { addCommands(); }
    void everyValueNamesItsDefault() {
        QFETCH(QString, command);
        int options = 0;
        for (const Section& section : sections_of(help_of(command))) {
            if (section.title == "Arguments" || section.title == "Examples" || section.title == "Commands") continue;
            for (const QString& entry : section.entries) {
                ++options;
                QVERIFY2(entry.startsWith('-'), qPrintable(entry));
                if (label_of(entry).contains(' '))
                    QVERIFY2(entry.contains(QRegularExpression("\\(default: [^)]+\\)$")), qPrintable(entry));
            }
        }
        QVERIFY(options > 0);
    }

    void linesFitATerminal_data() { addCommands(); }
    void linesFitATerminal() {
        QFETCH(QString, command);
        const QString help = help_of(command);
        for (const QString& line : help.section("\nExamples:", 0, 0).split('\n'))
            QVERIFY2(line.size() <= width, qPrintable(line));
        QVERIFY(!help.contains("\n\n\n"));
    }

    /// What each asks for is understood. Nothing is made: what would be is only shown.
    void examplesAreUnderstood_data() {
        QTest::addColumn<QString>("example");
        for (const QString& command : commands() + QStringList{""}) {
            const QList<Section> sections = sections_of(help_of(command));
            QVERIFY2(sections.last().title == "Examples" && !sections.last().entries.isEmpty(), qPrintable(command));
            for (const QString& example : sections.last().entries) {
                QVERIFY2(example.startsWith(QString("fanlight " + command).trimmed()), qPrintable(example));
                if (!command.isEmpty()) QTest::newRow(qPrintable(example)) << example;
            }
        }
    }
    void examplesAreUnderstood() {
        QFETCH(QString, example);
        static const QRegularExpression makes("\\b(generate|text|classify|score)\\b");
        QString line = example;
        line.replace("--idle-seconds 3600", "--idle-seconds 1");
        if (line.contains(makes)) line += " --dry-run";
        const ProgramResult ended = run_program("/bin/sh", {"-c", line});
        static const QRegularExpression refusal("see fanlight .*--help");
        QVERIFY2(ended.status >= 0 && !ended.err.contains(refusal), qPrintable(ended.output()));
        // Without runs to speak of, commands that change one can only say so; models may not be here either.
        static const QRegularExpression needsMore(
            "classify|attach|add|pause|resume|cancel|move|rename|remove|replay|"
            "show|verify|export");
        if (!example.contains(needsMore)) QVERIFY2(ended.status == 0, qPrintable(ended.output()));
    }
};

FANLIGHT_TEST(TestHelp, QCoreApplication)
#include "tst_help.moc"

"""Signs that are hardly ever used for anything else: of data, licences, devices, clocks, locales and the like, by well-known programs."""

from __future__ import annotations

from arcops.findings.text.signs import HOST, PATH, Family, Signs, signs

SPECIAL: tuple[Signs, ...] = (
    signs(
        Family.SERVICE_LINK,
        (
            (
                r"(?:invalid literal|parsing|for input string|invalid|fail\w* to (?:convert|parse)|cannot (?:parse|convert)|"
                r"could not (?:parse|convert)|not a (?:valid )?(?:number|integer|port)|value:|numberformat\w*:?|unable to (?:parse|"
                r"convert)|bad port|NaN)[^\n]{0,80}tcp://\d+\.\d+\.\d+\.\d+:\d+"
            ),
            r"tcp://\d+\.\d+\.\d+\.\d+:\d+[\"'`]?[^\n]{0,40}(?:is not a|not a valid|is invalid|invalid|cannot be|could not be)",
        ),
        r"(tcp://\d+\.\d+\.\d+\.\d+:\d+)",
    ),
    signs(
        Family.DATA_VERSION,
        (
            "database files are incompatible with server", "(?:upgrade|downgrade) is not supported", "cannot boot server version",
            "upgrade problem:", "invalid featurecompatibilityversion", "can't handle rdb format version",
            "cannot upgrade a node from version", "cannot downgrade (?:a )?node", "required feature flag", "store versioned as",
            "unsupported (?:backend|disk|storage) format",
            (
                r"(?:index|data\w*|schema|database)[^\n]{0,40} (?:created|written|initiali[sz]ed|built) (?:by|with) (?:a |"
                "an )?(?:version|newer|older|later|different)"
            ),
            (
                r"(?:schema|database|data(?:base)? file|data format|on-disk|file format) version \S{1,40} (?:is )?(?:newer|older|"
                "too (?:new|old)|not supported|unsupported)"
            ),
            "not (?:backwards? |forwards? )?compatible with (?:this|the) version",
        ),
    ),
    signs(
        Family.CLUSTER_MISMATCH,
        (
            r"invalid cluster\.id", "inconsistentclusterid", "doesn't match stored (?:clusterid|brokerid)", "inconsistentbrokerid",
            "inconsistent_cluster", "cluster id mismatch", "member count is unequal", "has already been bootstrapped",
            "unmatched member while checking peerurls",
        ),
    ),
    signs(
        Family.NOT_EMPTY,
        (
            r"directory \S{1,120} exists but is not empty", "data directory has files in it", "--initialize specified but",
        ),
        PATH,
    ),
    signs(
        Family.CORRUPT,
        (
            "could not locate a valid checkpoint", "bad file format reading the append only file", "disk image is malformed",
            r"(?:file|data\w*|page|wal|index|journal|snapshot|log|segment|block) (?:is |are |appears (?:to be )?)?(?:corrupt|damaged)",
            r"corrupt(?:ed|ion)?(?: \w+){0,2} (?:detected|found|wal|index|database|file|page|segment|snapshot|checkpoint|block)",
            "corruptindexexception", "walpb: crc mismatch", "invalid block sequence", "invalid page in block", "checksum does not match",
        ),
        PATH,
    ),
    signs(
        Family.LICENCE,
        (
            (
                r"licen[cs]e\b[^\n]{0,60}(?:expired|invalid|not (?:valid|found|installed|accepted)|missing|required|must be accepted|"
                "check failed|exceeded|denied|violation)"
            ),
            r"(?:no|invalid|expired|missing|unlicensed|without(?: a)?|accept the)(?: \w+)? licen[cs]e\b(?!d)",
            r"(?:flexnet|lmgrd|flexlm)[^\n]{0,80}(?:error|cannot|fail|not)", r"license (?:terms|agreement)[^\n]{0,60}(?:must|accept)",
            "cannot connect to license server", r"eula[^\n]{0,30} must be accepted", r"dongle[^\n]{0,30} not found",
            r"(?:trial|evaluation)(?: \w+)? (?:has )?(?:expired|ended)",
        ),
    ),
    signs(
        Family.CPU,
        (
            r"\bavx2?\b[^\n]{0,80}(?:support|required|not)", "requires a cpu with", "illegal instruction", "cpu does not support",
            "support x86-64-v[234]",
        ),
        r"\b(AVX2?|SSE4\S*|x86-64-v\d)\b",
    ),
    signs(
        Family.GPU,
        (
            "no nvidia driver", "driver version is insufficient", "no kernel image is available", "no cuda-capable device",
            "no cuda gpus are", "failed to initialize nvml", "nvml: (?:driver|unknown)", r"libcuda\.so\S* (?:not found|cannot open)",
            "cuda driver .{0,40}(?:not|too old)", "cudaerrornodevice",
        ),
    ),
    signs(
        Family.DEVICE,
        (
            (
                "/dev/(?:tty|video|serial|ttyacm|ttyusb|can|i2c|spidev|gpio|bus/usb|dri|hidraw|input|kvm|fuse|net/tun|mem|"
                r"apex)\S*[^\n]{0,80}(?:no such|not found|busy|permission denied|does not exist|denied|cannot|failed)"
            ),
            (
                r"(?:could not|cannot|can't|failed to|unable to) open[^\n]{0,60}/dev/(?:tty|video|serial|can|i2c|spidev|gpio|bus/usb|dri|"
                r"hidraw|input|kvm|fuse|net/tun|apex)\S*"
            ),
            "resourcebusy",
            "^(?!.*(?:rename|mv:|cannot (?:move|remove|rename)|u?mount|unlink)).*(?:device|resource) (?:or resource )?(?:is )?busy",
            r"no such device\b", r"\benodev\b|\benxio\b",
            r"(?:camera|dongle|scanner|serial port|usb device|adapter) \S{0,40} ?(?:not found|not connected|disconnected)",
            r"interface (?:can|vcan|wlan|eth|ens|enp)\w* (?:not found|does not exist)",
        ),
        r"(/dev/[\w/.\-]*\w)",
    ),
    signs(
        Family.CLOCK,
        (
            r"current time \S{1,40} is before", "(?<!expired or is )not yet valid", "notyetvalid", "requesttimetooskewed",
            "clock (?:skew|is (?:ahead|behind|wrong))", "skew too great", "issued in the future", "used before issued",
            "request time and the (?:current|server) time", "time(?:stamp)? is in the future",
        ),
    ),
    signs(
        Family.LINE_ENDS,
        (
            r"\\r[\"'`’]?: (?:no such|command not)", r"\^m: (?:no such|bad|not found)", r"bad interpreter:[^\n]{0,60}\^m",
            "dos line ending",
        ),
    ),
    signs(
        Family.PROXY,
        (
            "proxyconnect", "proxyerror", "proxy authentication required", "from proxy after connect", "unable to connect to proxy",
            "tunnel connection failed", "cannot connect to proxy", "proxy connect aborted", "could not resolve proxy",
            "unable to tunnel through proxy",
        ),
        HOST,
    ),
    signs(
        Family.LOCALE,
        (
            "unsupported locale setting", "unknown time ?zone", "no time zone found with key", "unknown time-zone id", "zoneinfonotfound",
            "invalid (?:time ?zone|locale)",
            r"(?:time ?zone|locale)\b[^\n]{0,60}(?:not found|does not exist|is not supported|not installed)", "'ascii' codec can't",
            "timezonenotfound", "zonerulesexception", "culturenotfound", "invalid locale settings",
        ),
    ),
)  # fmt: skip

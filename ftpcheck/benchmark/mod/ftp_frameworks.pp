// Made from the package framework by go test ./ftpcheck/benchmark -run TestFrameworks -update.

benchmark "aws_config_restricted_common_ports" {
  title       = "restricted-common-ports: No security group lets TCP traffic in from everywhere to common ports, by default 20 and 21 among them"
  description = "No security group lets TCP traffic in from everywhere to common ports, by default 20 and 21 among them. Ports 20 and 21 are the first two that it names. AWS looks at each rule by itself, so it may pass what only several rules together open, which is open all the same. It asks for this very thing, so that an open security group fails it as it stands."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { aws_config = "restricted-common-ports", type = "Benchmark" })
}

benchmark "aws_config" {
  title       = "AWS Config managed rules: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it."
  children = [
    control.place_scanned,
    benchmark.aws_config_restricted_common_ports,
  ]
  tags = merge(local.common_tags, { aws_config = "restricted-common-ports", type = "Benchmark" })
}

benchmark "aws_fsbp_ec2_18" {
  title       = "EC2.18: Security groups should only allow unrestricted incoming traffic for authorized ports"
  description = "A security group lets everybody in on authorised ports only, by default 80 and 443. Ports 20 and 21 are not among them, unless somebody has added them to the control's parameter. It asks for this very thing, so that an open security group fails it as it stands."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { aws_fsbp = "EC2.18", type = "Benchmark" })
}

benchmark "aws_fsbp_ec2_19" {
  title       = "EC2.19: Security groups should not allow unrestricted access to ports with high risk"
  description = "No security group lets everybody in on ports of high risk. FTP, 20 and 21, heads its list, which cannot be changed. AWS looks for 0.0.0.0/0 and ::/0, so it may pass what is open in another way, which is open all the same. It asks for this very thing, so that an open security group fails it as it stands."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { aws_fsbp = "EC2.19", type = "Benchmark" })
}

benchmark "aws_fsbp" {
  title       = "AWS Foundational Security Best Practices 1.0.0: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it."
  children = [
    control.place_scanned,
    benchmark.aws_fsbp_ec2_18,
    benchmark.aws_fsbp_ec2_19,
  ]
  tags = merge(local.common_tags, { aws_fsbp = "EC2.18, EC2.19", type = "Benchmark" })
}

benchmark "aws_well_architected_sec05_bp02" {
  title       = "SEC05-BP02: Control traffic flow within your network layers"
  description = "Traffic is restricted to the flows that a workload needs, first of all those between it and the internet. A rule for everybody restricts no flow: the workload would have to need FTP from anywhere. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { aws_well_architected = "SEC05-BP02", type = "Benchmark" })
}

benchmark "aws_well_architected" {
  title       = "AWS Well-Architected Framework, Security Pillar: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it."
  children = [
    control.place_scanned,
    benchmark.aws_well_architected_sec05_bp02,
  ]
  tags = merge(local.common_tags, { aws_well_architected = "SEC05-BP02", type = "Benchmark" })
}

benchmark "cis_controls_v8_4_4" {
  title       = "4.4: Implement and Manage a Firewall on Servers"
  description = "Servers have a firewall, such as a virtual one, and somebody manages it. A security group is such a firewall. Open to everybody on FTP, it is there and does nothing on these ports. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { cis_controls_v8 = "4.4", type = "Benchmark" })
}

benchmark "cis_controls_v8" {
  title       = "CIS Critical Security Controls 8.1: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it."
  children = [
    control.place_scanned,
    benchmark.cis_controls_v8_4_4,
  ]
  tags = merge(local.common_tags, { cis_controls_v8 = "4.4", type = "Benchmark" })
}

benchmark "datadog_660_246_354" {
  title       = "660-246-354: Inbound FTP access is restricted"
  description = "No security group has inbound rules that let everybody in on TCP ports 20 and 21. It is the requirement that this tool was made for. It asks for this very thing, so that an open security group fails it as it stands."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { datadog = "660-246-354", type = "Benchmark" })
}

benchmark "datadog" {
  title       = "Datadog posture rules: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it."
  children = [
    control.place_scanned,
    benchmark.datadog_660_246_354,
  ]
  tags = merge(local.common_tags, { datadog = "660-246-354", type = "Benchmark" })
}

benchmark "hipaa_security_rule_164_308_a_1_ii_b" {
  title       = "164.308(a)(1)(ii)(B): Risk management"
  description = "Security measures reduce risks and vulnerabilities to a reasonable level. FTP that the whole internet may try is such a risk, and each finding is one to be closed or accepted by name. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { hipaa_security_rule = "164.308(a)(1)(ii)(B)", type = "Benchmark" })
}

benchmark "hipaa_security_rule_164_312_a_1" {
  title       = "164.312(a)(1): Access control"
  description = "Only persons and programs with a right to it get access to the information. An open group asks nobody who they are. What is left is the FTP server's own password, which travels in clear text. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { hipaa_security_rule = "164.312(a)(1)", type = "Benchmark" })
}

benchmark "hipaa_security_rule_164_312_e_1" {
  title       = "164.312(e)(1): Transmission security"
  description = "Technical measures guard the information against access by others while it is sent over a network. FTP encrypts nothing by itself, and an open group lets it come over the internet. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { hipaa_security_rule = "164.312(e)(1)", type = "Benchmark" })
}

benchmark "hipaa_security_rule" {
  title       = "HIPAA Security Rule, 45 CFR Part 164 Subpart C: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it. The scope is systems with electronic protected health information."
  children = [
    control.place_scanned,
    benchmark.hipaa_security_rule_164_308_a_1_ii_b,
    benchmark.hipaa_security_rule_164_312_a_1,
    benchmark.hipaa_security_rule_164_312_e_1,
  ]
  tags = merge(local.common_tags, { hipaa_security_rule = "164.308(a)(1)(ii)(B), 164.312(a)(1), 164.312(e)(1)", type = "Benchmark" })
}

benchmark "iso_27001_2022_a_8_20" {
  title       = "A.8.20: Networks security"
  description = "Networks and their devices are secured, managed and controlled, to protect what the systems on them hold. A security group is where traffic to a server is controlled in AWS, and one that is open controls nothing on FTP. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { iso_27001_2022 = "A.8.20", type = "Benchmark" })
}

benchmark "iso_27001_2022_a_8_21" {
  title       = "A.8.21: Security of network services"
  description = "What makes a network service secure is known, in place and watched. FTP has no security of its own, so that who may reach it is most of what there can be. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { iso_27001_2022 = "A.8.21", type = "Benchmark" })
}

benchmark "iso_27001_2022_a_8_22" {
  title       = "A.8.22: Segregation of networks"
  description = "Groups of services, users and systems are kept apart in networks. A group that lets the whole internet in keeps nothing apart from it on these ports. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { iso_27001_2022 = "A.8.22", type = "Benchmark" })
}

benchmark "iso_27001_2022" {
  title       = "ISO/IEC 27001:2022: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it. The scope is Annex A, as far as the statement of applicability has it."
  children = [
    control.place_scanned,
    benchmark.iso_27001_2022_a_8_20,
    benchmark.iso_27001_2022_a_8_21,
    benchmark.iso_27001_2022_a_8_22,
  ]
  tags = merge(local.common_tags, { iso_27001_2022 = "A.8.20, A.8.21, A.8.22", type = "Benchmark" })
}

benchmark "nist_800_53_rev_5_ac_4" {
  title       = "AC-4: Information Flow Enforcement"
  description = "Information flows only where an approved authorisation lets it. A rule for everybody is a flow that no authorisation has to be asked for. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { nist_800_53_rev_5 = "AC-4", type = "Benchmark" })
}

benchmark "nist_800_53_rev_5_ac_4_21" {
  title       = "AC-4(21): Physical or Logical Separation of Information Flows"
  description = "Flows of information are kept apart, physically or logically, where that is required. On an open port what comes from the internet is not apart from what may come. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { nist_800_53_rev_5 = "AC-4(21)", type = "Benchmark" })
}

benchmark "nist_800_53_rev_5_cm_7" {
  title       = "CM-7: Least Functionality"
  description = "Systems offer only what is essential; other ports, protocols and services are prohibited or restricted. FTP that everybody may use is not restricted. Whether it is essential is on paper. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { nist_800_53_rev_5 = "CM-7", type = "Benchmark" })
}

benchmark "nist_800_53_rev_5_cm_7_1" {
  title       = "CM-7(1): Periodic Review"
  description = "Ports, protocols and services are reviewed, and those that are not needed or not secure are disabled. Its discussion names FTP as a protocol that is not secure. A complete audit is the review of it in security groups. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { nist_800_53_rev_5 = "CM-7(1)", type = "Benchmark" })
}

benchmark "nist_800_53_rev_5_sc_7" {
  title       = "SC-7: Boundary Protection"
  description = "What crosses the boundary of a system is watched and controlled. A security group is a part of that boundary, and one that is open controls nobody on FTP. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { nist_800_53_rev_5 = "SC-7", type = "Benchmark" })
}

benchmark "nist_800_53_rev_5_sc_7_5" {
  title       = "SC-7(5): Deny by Default — Allow by Exception"
  description = "Traffic is denied, except for what is allowed. A rule for the whole internet allows by default. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { nist_800_53_rev_5 = "SC-7(5)", type = "Benchmark" })
}

benchmark "nist_800_53_rev_5_sc_7_11" {
  title       = "SC-7(11): Restrict Incoming Communications Traffic"
  description = "Traffic comes in only from authorised sources to authorised destinations. Everybody is not a list of authorised sources. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { nist_800_53_rev_5 = "SC-7(11)", type = "Benchmark" })
}

benchmark "nist_800_53_rev_5" {
  title       = "NIST SP 800-53 Rev. 5: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it."
  children = [
    control.place_scanned,
    benchmark.nist_800_53_rev_5_ac_4,
    benchmark.nist_800_53_rev_5_ac_4_21,
    benchmark.nist_800_53_rev_5_cm_7,
    benchmark.nist_800_53_rev_5_cm_7_1,
    benchmark.nist_800_53_rev_5_sc_7,
    benchmark.nist_800_53_rev_5_sc_7_5,
    benchmark.nist_800_53_rev_5_sc_7_11,
  ]
  tags = merge(local.common_tags, { nist_800_53_rev_5 = "AC-4, AC-4(21), CM-7, CM-7(1), SC-7, SC-7(5), SC-7(11)", type = "Benchmark" })
}

benchmark "nist_csf_v2_pr_ir_01" {
  title       = "PR.IR-01: Networks and environments are protected from unauthorized logical access and usage"
  description = "Nobody uses or enters networks and environments without authorisation. Its examples let only necessary communications in from outside, and FTP from everybody is seldom that. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { nist_csf_v2 = "PR.IR-01", type = "Benchmark" })
}

benchmark "nist_csf_v2" {
  title       = "NIST Cybersecurity Framework 2.0: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it."
  children = [
    control.place_scanned,
    benchmark.nist_csf_v2_pr_ir_01,
  ]
  tags = merge(local.common_tags, { nist_csf_v2 = "PR.IR-01", type = "Benchmark" })
}

benchmark "pci_dss_v4_1_2_5" {
  title       = "1.2.5: Every service, protocol and port that is allowed is known, approved and needed"
  description = "Every service, protocol and port that is allowed is known, approved and needed. Its guidance has FTP as an example of a service that leads to compromise. A rule for everybody needs an approval for everybody. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { pci_dss_v4 = "1.2.5", type = "Benchmark" })
}

benchmark "pci_dss_v4_1_2_6" {
  title       = "1.2.6: What is insecure and still in use has security features that lessen the risk"
  description = "What is insecure and still in use has security features that lessen the risk. FTP sends passwords and files in clear text, and a group that is open leaves out the feature that a network has: who may try. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { pci_dss_v4 = "1.2.6", type = "Benchmark" })
}

benchmark "pci_dss_v4_1_2_7" {
  title       = "1.2.7: Configurations of network security controls are reviewed at least every six months"
  description = "Configurations of network security controls are reviewed at least every six months. A security group is such a control. A complete audit shows that all of them were looked at for FTP, by whom and when. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { pci_dss_v4 = "1.2.7", type = "Benchmark" })
}

benchmark "pci_dss_v4_1_3_1" {
  title       = "1.3.1: Only traffic that is necessary comes in to the environment; all other is denied"
  description = "Only traffic that is necessary comes in to the environment; all other is denied. A rule for the whole internet denies nobody, so that FTP from anywhere would have to be necessary. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { pci_dss_v4 = "1.3.1", type = "Benchmark" })
}

benchmark "pci_dss_v4_1_4_2" {
  title       = "1.4.2: From untrusted networks comes only what goes to authorised public services, or answers what was asked from inside"
  description = "From untrusted networks comes only what goes to authorised public services, or answers what was asked from inside. The internet is the untrusted network. An open group is against it in front of all but an FTP server that is authorised to be public. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { pci_dss_v4 = "1.4.2", type = "Benchmark" })
}

benchmark "pci_dss_v4_2_2_5" {
  title       = "2.2.5: Where an insecure service is present, the need and further security features are documented"
  description = "Where an insecure service is present, the need and further security features are documented. Its guidance names FTP as insecure. An open port says where to look; whether a server listens there is not known here. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { pci_dss_v4 = "2.2.5", type = "Benchmark" })
}

benchmark "pci_dss_v4" {
  title       = "PCI DSS 4.0.1: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it. The scope is the cardholder data environment, and what can affect its security."
  children = [
    control.place_scanned,
    benchmark.pci_dss_v4_1_2_5,
    benchmark.pci_dss_v4_1_2_6,
    benchmark.pci_dss_v4_1_2_7,
    benchmark.pci_dss_v4_1_3_1,
    benchmark.pci_dss_v4_1_4_2,
    benchmark.pci_dss_v4_2_2_5,
  ]
  tags = merge(local.common_tags, { pci_dss_v4 = "1.2.5, 1.2.6, 1.2.7, 1.3.1, 1.4.2, 2.2.5", type = "Benchmark" })
}

benchmark "soc_2_cc6_1" {
  title       = "CC6.1: Software, infrastructure and architectures keep those without a right away from information assets"
  description = "Software, infrastructure and architectures keep those without a right away from information assets. Its points of focus name restrictions of ports and protocols. A group that is open has none on FTP. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { soc_2 = "CC6.1", type = "Benchmark" })
}

benchmark "soc_2_cc6_6" {
  title       = "CC6.6: Measures of logical access protect against threats from outside the boundaries of the system"
  description = "Measures of logical access protect against threats from outside the boundaries of the system. Its points of focus name an FTP site as a channel on which activities are to be restricted, and credentials that are to be protected on the way. In its scope, an open security group fails it, unless the need is documented and approved."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { soc_2 = "CC6.6", type = "Benchmark" })
}

benchmark "soc_2_cc7_1" {
  title       = "CC7.1: Changes of configuration that bring in vulnerabilities are found"
  description = "Changes of configuration that bring in vulnerabilities are found. An audit finds such configurations, and what has changed since the last one. A result is evidence for a part of it, and decides nothing alone."
  children    = [control.security_group_ftp]
  tags        = merge(local.common_tags, { soc_2 = "CC7.1", type = "Benchmark" })
}

benchmark "soc_2" {
  title       = "SOC 2, Trust Services Criteria 2017: what open FTP bears on"
  description = "Results are evidence for a part of each requirement, not compliance with it. The scope is the system that the report describes."
  children = [
    control.place_scanned,
    benchmark.soc_2_cc6_1,
    benchmark.soc_2_cc6_6,
    benchmark.soc_2_cc7_1,
  ]
  tags = merge(local.common_tags, { soc_2 = "CC6.1, CC6.6, CC7.1", type = "Benchmark" })
}
